package dev.difftop.assembly;

import dev.difftop.api.Provider;

/**
 * One implementation of a service that was found and accepted.
 *
 * @param service what it implements
 * @param name the name by which a configuration chooses it
 * @param summary what it is, in one line
 * @param module name of its module
 * @param version version of its module, empty where the module states none
 * @param source the jar or folder it came from
 * @param schema the keys of its configuration
 * @param provider the provider itself
 */
public record Plugin(
    Service service,
    String name,
    String summary,
    String module,
    String version,
    String source,
    Schema schema,
    Provider<?, ?> provider) {

  /** As {@code solver ilqr}: how messages call it. */
  @Override
  public String toString() {
    return service + " " + name;
  }
}
