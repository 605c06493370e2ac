package dev.difftop.api;

import dev.difftop.api.program.Engine;

/**
 * Makes the parts that configurations have chosen. The caller of {@code make} owns the part and
 * closes it.
 */
public interface Parts {
  /**
   * Makes a part that a plugin's own configuration has chosen, with the shapes and the engine of
   * that plugin and a stream of random numbers below its own.
   *
   * @throws IllegalArgumentException if the choice does not come from a configuration
   */
  <T> T make(Chosen<T> choice);

  /**
   * Makes a part with these collaborators; by default as {@link #make(Chosen)} does, for parts that
   * need none.
   *
   * @throws IllegalArgumentException if the choice does not come from a configuration
   */
  default <T> T make(Chosen<T> choice, Collaborators collaborators) {
    return make(choice);
  }

  /**
   * The one engine that all parts share; made when it is first asked for.
   *
   * @throws IllegalStateException if there is none, where nothing is computed
   */
  default Engine engine() {
    throw new IllegalStateException("asks for an engine where nothing is computed");
  }
}
