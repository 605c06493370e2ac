package dev.difftop.assembly;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.DataException;
import dev.difftop.api.Parts;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.CheckedDataset;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.program.Engine;
import java.util.function.Supplier;

/**
 * Makes the parts that a configuration has chosen. Every part gets its own configuration, the one
 * engine, the shapes that are known so far and a stream of random numbers named after its service;
 * nothing of one plugin is visible to another.
 *
 * <p>The engine is made when a part first asks for it.
 */
public final class Assembly implements Parts {
  private final Injection injection = new Injection();
  private final Supplier<Choice<Engine>> engineChoice;
  private Engine engine;

  /** With the engine that all parts share. */
  public Assembly(Choice<Engine> engine) {
    this(() -> engine);
  }

  /** With an engine that is chosen when it is first asked for. */
  Assembly(Supplier<Choice<Engine>> engine) {
    this.engineChoice = engine;
  }

  /** For parts that compute nothing, such as environments and datasets. */
  public static Assembly withoutEngine() {
    return new Assembly(
        () -> {
          throw new IllegalStateException("asks for an engine where nothing is computed");
        });
  }

  /**
   * The engine.
   *
   * @throws PartException if it cannot be made
   * @throws IllegalStateException if there is none
   */
  @Override
  public synchronized Engine engine() {
    if (engine == null) {
      // An engine has no randomness of its own; the stream is there as for every part.
      RandomStream random = RandomStream.root(0).child(Services.require(Engine.class).word());
      engine =
          (Engine)
              injection.make(
                  engineChoice.get(), null, Collaborators.of(random), below(Shapes.NONE, random));
    }
    return engine;
  }

  @Override
  public <T> T make(Chosen<T> chosen) {
    throw new IllegalStateException(
        "%s: a part outside of a plugin is made with collaborators".formatted(chosen.name()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws PartException if its constructor fails
   * @throws dev.difftop.api.DataException if its constructor meets a bad file
   */
  @Override
  @SuppressWarnings("unchecked")
  public <T> T make(Chosen<T> chosen, Collaborators collaborators) {
    Choice<T> choice = Choice.of(chosen);
    RandomStream own = collaborators.random().child(choice.plugin().service().word());
    Collaborators with = new Collaborators(collaborators.shapes(), own, collaborators.offered());
    try {
      Object part = injection.make(choice, this::engine, with, below(collaborators.shapes(), own));
      return (T) checked(choice.plugin(), part);
    } catch (DataException e) {
      throw readBy(choice.plugin(), e);
    }
  }

  /** A file that cannot be read says which part wants it. */
  private static DataException readBy(Plugin plugin, DataException e) {
    String found =
        e.getMessage().substring(Math.min(e.getMessage().length(), e.where().length() + 2));
    return new DataException(e.kind(), e.where(), "%s (read by %s)".formatted(found, plugin), e);
  }

  /** A part whose answers are checked and whose failures name its plugin. */
  private static Object checked(Plugin plugin, Object part) {
    return part instanceof Dataset dataset
        ? CheckedDataset.of(dataset, plugin.label())
        : Guard.of(plugin, part);
  }

  /** Makes what a part has chosen: each choice with a stream named after its plugin. */
  private Parts below(Shapes shapes, RandomStream random) {
    return new Parts() {
      @Override
      public <T> T make(Chosen<T> chosen) {
        return Assembly.this.make(chosen, Collaborators.of(shapes, random.child(chosen.name())));
      }

      @Override
      public <T> T make(Chosen<T> chosen, Collaborators collaborators) {
        return Assembly.this.make(chosen, collaborators);
      }

      @Override
      public Engine engine() {
        return Assembly.this.engine();
      }
    };
  }

  /** Makes a part with the shapes that are known so far. */
  public <T> T make(Chosen<T> choice, Shapes shapes, RandomStream random) {
    return make(choice, Collaborators.of(shapes, random));
  }

  /** Makes a part that takes no sizes from others, such as an environment or a dataset. */
  public <T> T make(Chosen<T> choice, RandomStream random) {
    return make(choice, Collaborators.of(random));
  }
}
