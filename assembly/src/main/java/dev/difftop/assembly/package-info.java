/**
 * How an application is put together.
 *
 * <ul>
 *   <li>A <em>provider</em> is the class by which a module offers one implementation of a service.
 *   <li>A <em>plugin</em> is a provider that was found and accepted.
 *   <li>A <em>choice</em> is a plugin with a configuration.
 *   <li>A <em>part</em> is what is made from a choice.
 * </ul>
 *
 * {@link dev.difftop.assembly.Plugins} finds plugins, {@link dev.difftop.assembly.Configurations}
 * reads choices, {@link dev.difftop.assembly.Assembly} makes parts.
 */
package dev.difftop.assembly;
