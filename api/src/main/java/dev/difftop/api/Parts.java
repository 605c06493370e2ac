package dev.difftop.api;

/** Makes the parts that a plugin's own configuration has chosen; asked for by its constructor. */
public interface Parts {
  /**
   * Makes a part, with the shapes and the engine of the plugin that asks, and a stream of random
   * numbers below its own. Whoever made a part closes it.
   *
   * @throws IllegalArgumentException if the choice does not come from a configuration
   */
  <T> T make(Chosen<T> choice);
}
