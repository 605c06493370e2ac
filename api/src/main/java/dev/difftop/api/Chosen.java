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

  /**
   * Its configuration.
   *
   * @throws UnsupportedOperationException if the choice is not of a configuration
   */
  default Record configuration() {
    throw new UnsupportedOperationException(name() + " has no configuration");
  }

  /**
   * Its configuration as plain maps, lists, texts, numbers and booleans, with the key {@code
   * plugin}.
   *
   * @throws UnsupportedOperationException if the choice is not of a configuration
   */
  default java.util.Map<String, Object> document() {
    throw new UnsupportedOperationException(name() + " has no configuration");
  }

  /**
   * The same plugin with other settings.
   *
   * @param overrides {@code key=value}
   * @throws IllegalArgumentException with everything that is wrong
   * @throws UnsupportedOperationException if the choice is not of a configuration
   */
  default Chosen<T> with(java.util.List<String> overrides) {
    throw new UnsupportedOperationException(name() + " has no configuration");
  }

  /**
   * The provider of the plugin.
   *
   * @throws UnsupportedOperationException if the choice is not of a configuration
   */
  default Provider<?, ?> provider() {
    throw new UnsupportedOperationException(name() + " has no provider");
  }
}
