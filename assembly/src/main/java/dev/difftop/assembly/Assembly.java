package dev.difftop.assembly;

import dev.difftop.api.Chosen;
import dev.difftop.api.Parts;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import java.util.Map;

/**
 * Makes the parts that a configuration has chosen. Every part gets its own configuration, the one
 * engine, the shapes that are known so far and a stream of random numbers named after its service;
 * nothing of one plugin is visible to another.
 *
 * <p>The engine is made when a part first asks for it.
 */
public final class Assembly {
  private final Injection injection = new Injection();
  private final Choice<Engine> engineChoice;
  private Engine engine;

  /** With the engine that all parts share. */
  public Assembly(Choice<Engine> engine) {
    this.engineChoice = engine;
  }

  /** For parts that compute nothing, such as environments and datasets. */
  public static Assembly withoutEngine() {
    return new Assembly(null);
  }

  /**
   * The engine.
   *
   * @throws PartException if it cannot be made
   * @throws IllegalStateException if there is none
   */
  public synchronized Engine engine() {
    if (engineChoice == null) {
      throw new IllegalStateException("asks for an engine where nothing is computed");
    }
    if (engine == null) {
      Shapes none = new Shapes(Map.of(), 0, 0);
      // An engine has no randomness of its own; the stream is there as for every part.
      RandomStream random = RandomStream.root(0).child(Service.ENGINE.word());
      engine = (Engine) injection.make(engineChoice, null, none, random, below(none, random));
    }
    return engine;
  }

  /**
   * Makes a part.
   *
   * @param choice which plugin, with which configuration
   * @param shapes the sizes that other parts have declared
   * @param random the stream of the run; the part gets the child named after its service
   * @throws PartException if its constructor fails
   * @throws dev.difftop.api.DataException if its constructor meets a bad file
   */
  @SuppressWarnings("unchecked")
  public <T> T make(Choice<T> choice, Shapes shapes, RandomStream random) {
    RandomStream own = random.child(choice.plugin().service().word());
    return (T) injection.make(choice, this::engine, shapes, own, below(shapes, own));
  }

  /** Makes what a part has chosen: each choice with a stream named after its plugin. */
  private Parts below(Shapes shapes, RandomStream random) {
    return new Parts() {
      @Override
      public <T> T make(Chosen<T> chosen) {
        if (chosen instanceof Choice<T> choice) {
          return Assembly.this.make(choice, shapes, random.child(choice.name()));
        }
        throw new IllegalArgumentException(
            "found %s, expected a choice that was read from a configuration".formatted(chosen));
      }
    };
  }

  /** Makes a part that takes no sizes from others, such as an environment or a dataset. */
  public <T> T make(Choice<T> choice, RandomStream random) {
    return make(choice, new Shapes(Map.of(), 0, 0), random);
  }
}
