package dev.difftop.api;

/**
 * A plugin that the configuration of another plugin chooses, with its own configuration: as a
 * component of a plugin's record, {@code Chosen<Solver>} is read from a name or from {@code
 * {plugin: NAME, ...its keys}}. {@link Parts} makes it.
 *
 * @param <T> the service, such as {@link Solver}
 */
public interface Chosen<T> {
  /** The name of the plugin. */
  String name();
}
