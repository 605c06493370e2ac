package dev.difftop.api;

import dev.difftop.api.array.RandomStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a part is made with beside its configuration and the engine.
 *
 * @param shapes the sizes that other parts have declared
 * @param random the stream of the run; the part gets the child named after its service
 * @param offered further collaborators that its constructor may ask for, by the type it asks for
 */
public record Collaborators(Shapes shapes, RandomStream random, Map<Class<?>, Object> offered) {
  /** Copies the map. */
  public Collaborators {
    offered = Map.copyOf(offered);
  }

  /** Without further collaborators. */
  public static Collaborators of(Shapes shapes, RandomStream random) {
    return new Collaborators(shapes, random, Map.of());
  }

  /** For a part that takes no sizes from others, such as an environment or a dataset. */
  public static Collaborators of(RandomStream random) {
    return of(Shapes.NONE, random);
  }

  /**
   * The same with one more collaborator.
   *
   * @param type the type by which a constructor asks for it
   */
  public <T> Collaborators offering(Class<T> type, T collaborator) {
    Map<Class<?>, Object> more = new LinkedHashMap<>(offered);
    more.put(type, collaborator);
    return new Collaborators(shapes, random, more);
  }
}
