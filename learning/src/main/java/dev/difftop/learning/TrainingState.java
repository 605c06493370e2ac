package dev.difftop.learning;

import dev.difftop.hdf5.H5Group;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.Optimizer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that training resumes from, shared with the learner: saved by a checkpoint, and
 * overwritten in place when a run resumes.
 *
 * @param parameters what is learned
 * @param copies of parameters that follow them, by name, such as {@link #AVERAGED}
 * @param optimizers by the name of what they update
 * @param counters named numbers
 * @param extensions whatever else there is, by name, such as the index of a replay store
 */
public record TrainingState(
    Parameters parameters,
    Map<String, Parameters> copies,
    Map<String, Optimizer> optimizers,
    Counters counters,
    Map<String, Extension> extensions) {
  /** Name of the copy that a policy acts with. */
  public static final String AVERAGED = "averaged";

  /** Name of the copy that critics' targets are made with. */
  public static final String TARGET = "target";

  /** In the order of names, so that equal states make equal files. */
  public TrainingState {
    copies = Collections.unmodifiableSortedMap(new TreeMap<>(copies));
    optimizers = Collections.unmodifiableSortedMap(new TreeMap<>(optimizers));
    extensions = Collections.unmodifiableSortedMap(new TreeMap<>(extensions));
  }

  /** Parameters, copies and optimisers alone. */
  public TrainingState(
      Parameters parameters, Map<String, Parameters> copies, Map<String, Optimizer> optimizers) {
    this(parameters, copies, optimizers, new Counters(), Map.of());
  }

  /** The same with counters. */
  public TrainingState with(Counters other) {
    return new TrainingState(parameters, copies, optimizers, other, extensions);
  }

  /** The same with one more extension. */
  public TrainingState with(String name, Extension extension) {
    Map<String, Extension> more = new TreeMap<>(extensions);
    more.put(name, extension);
    return new TrainingState(parameters, copies, optimizers, counters, more);
  }

  /** State in a group of the checkpoint that its owner reads and writes itself. */
  public interface Extension {
    /** Writes everything into the group. */
    void save(H5Group into);

    /** Called when the checkpoint that holds the last {@link #save} is safely in place. */
    default void saved() {}

    /**
     * Takes over what was saved.
     *
     * @throws dev.difftop.api.DataException if it cannot be read or contradicts other files
     */
    void restore(H5Group from);
  }
}
