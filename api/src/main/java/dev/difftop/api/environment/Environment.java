package dev.difftop.api.environment;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;

/**
 * A world an agent acts in. One environment belongs to one thread at a time. It owns native memory:
 * close it; closing twice is allowed, use after close throws {@link IllegalStateException}.
 *
 * <p>Optional capabilities are further interfaces: {@link Simulator}, {@link Camera}, {@link Goal},
 * {@link Outcomes}, {@link Planar}, {@link Experts}.
 */
public interface Environment extends AutoCloseable {
  /** Names, shapes, time steps. */
  EnvironmentSpec spec();

  /**
   * Starts an episode.
   *
   * @param random source of the initial state; the same stream gives the same episode
   * @return the first observation, reward 0
   */
  TimeStep reset(RandomStream random);

  /**
   * One agent step.
   *
   * @param action shape (nu), in [-1, 1]; values outside are clamped to it
   * @return observation after the step; a simulation that becomes unstable is an {@link
   *     TimeStep.End#FAILED} step, not an exception
   * @throws IllegalArgumentException on a wrong length or a NaN, naming it
   * @throws IllegalStateException before the first reset, after the end of an episode, or when
   *     closed
   */
  TimeStep step(double[] action);

  @Override
  void close();

  /**
   * An environment whose full state can be read and set: what a planner on the true physics needs.
   */
  interface Simulator {
    /** Length of the state. */
    int simulatorStateSize();

    /** Copies the full state (positions, velocities, activations, in this order), shape (nx). */
    double[] simulatorState();

    /** Sets the full state and brings observations up to date; the step counter stays. */
    void setSimulatorState(double[] state);

    /**
     * Checks a state of the user's that an episode is to begin in. A simulation may leave limits
     * that a start must keep, such as those of joints; by default there are none.
     *
     * @throws IllegalArgumentException if it may not begin there; the message names the component
     */
    default void checkStart(double[] state) {}

    /** The observation, as after a step, at the present state. */
    java.util.Map<String, Array> observe();
  }

  /** An environment that renders images, without a display. */
  interface Camera {
    /**
     * An image of the present state.
     *
     * @param width pixels, at least 1
     * @param height pixels, at least 1
     * @param camera name or number of the camera
     * @return uint8, shape (height, width, 3), top row first
     */
    Array render(int width, int height, String camera);

    /**
     * Distance of every pixel from the camera plane, in metres.
     *
     * @return float32, shape (height, width), top row first
     */
    Array renderDepth(int width, int height, String camera);

    /** The available cameras, the default first. */
    java.util.List<String> cameras();
  }

  /** An environment whose task may have a goal that is met or not. */
  interface Goal {
    /**
     * Whether the goal is met in the present state. Meeting it ends an episode only where {@link
     * TimeStep#end} is {@link TimeStep.End#TERMINATED}.
     *
     * @return empty if the task has no goal, always or never
     * @throws IllegalStateException when closed
     */
    java.util.Optional<Boolean> success();
  }

  /**
   * An environment whose task distinguishes outcomes of episodes, such as the side on which an
   * obstacle was passed. Counts of outcomes show whether a policy has kept all modes of its
   * demonstrations.
   */
  interface Outcomes {
    /**
     * The names of all possible outcomes, in a fixed order; empty if the task distinguishes none.
     * Their number is the base of the entropy over outcomes.
     */
    java.util.List<String> outcomes();

    /**
     * The outcome of the episode so far. Once present it stays the same until the next reset.
     *
     * @return one of {@link #outcomes}; empty while it is undecided, and before the first reset
     * @throws IllegalStateException when closed
     */
    java.util.Optional<String> outcome();
  }

  /** An environment in which an episode is a path in a plane, such as that of a hand on a table. */
  interface Planar {
    /**
     * What surrounds the path and does not move; empty if the task has no such path. Always or
     * never empty.
     */
    java.util.Optional<PlanarScene> scene();

    /**
     * The point of the path at the present state, (x, y) in metres.
     *
     * @throws IllegalStateException if {@link #scene} is empty, or when closed
     */
    double[] planarPosition();
  }

  /** An environment that provides experts for its task. */
  interface Experts {
    /** Names of its experts, each with a one-line description; empty if there are none. */
    java.util.Map<String, String> experts();

    /**
     * A new expert. It stays usable when the environment is closed.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists the
     *     available ones
     */
    Expert expert(String name);
  }
}
