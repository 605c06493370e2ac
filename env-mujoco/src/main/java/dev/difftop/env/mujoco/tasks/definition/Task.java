package dev.difftop.env.mujoco.tasks.definition;

import dev.difftop.api.array.RandomStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task adds to its model: how an episode begins, what is observed, what is rewarded. Made
 * for one {@link dev.difftop.env.mujoco.physics.Simulation}, in which it has looked up by name what
 * it needs, and in which it has set the parameters of the model that it wants otherwise.
 */
public interface Task {
  /**
   * One named observation.
   *
   * @param name such as {@code velocity}
   * @param size how many numbers
   */
  record Part(String name, int size) {}

  /**
   * Writes the initial state of an episode, after the simulation was reset and before what follows
   * from the state is computed.
   */
  void begin(RandomStream random);

  /** The named observations, in the order in which {@link #observe} writes them. */
  List<Part> parts();

  /**
   * Writes the observations of the present state one after the other; makes no objects.
   *
   * @param out receives all parts, from {@code offset} on
   */
  void observe(double[] out, int offset);

  /**
   * Reads what {@link #reward} needs of the state before a control step; makes no objects. By
   * default nothing.
   */
  default void beforeStep() {}

  /**
   * Updates what the task remembers of an episode, after each control step and before {@link
   * #reward}; makes no objects. By default it remembers nothing.
   */
  default void advance() {}

  /** Whether the present state is terminal: the episode ends in it. By default none is. */
  default boolean isTerminal() {
    return false;
  }

  /** Names of the possible outcomes of an episode; by default none. */
  default List<String> outcomes() {
    return List.of();
  }

  /** The outcome of the episode so far, one of {@link #outcomes}; makes no objects. */
  default Optional<String> outcome() {
    return Optional.empty();
  }

  /** The reward of the control step that led to the present state, usually between 0 and 1. */
  double reward();

  /** An answer of {@link #success}, made once: steps make no objects. */
  Optional<Boolean> MET = Optional.of(true);

  /** An answer of {@link #success}, made once. */
  Optional<Boolean> NOT_MET = Optional.of(false);

  /** Whether the present state meets the task's goal; always empty where the task has none. */
  default Optional<Boolean> success() {
    return Optional.empty();
  }

  /**
   * Sets the parameters of the model that the task draws at random when an episode begins, such as
   * the place of a target; by default it has none.
   *
   * @throws IllegalArgumentException on a parameter that it has not
   */
  default void setParameters(Map<String, Object> parameters) {
    if (!parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "the task has no parameters, found " + parameters.keySet());
    }
  }
}
