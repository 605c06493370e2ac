package dev.difftop.api.environment;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;

/**
 * A world an agent acts in. One environment belongs to one thread at a time. It owns native memory:
 * close it; closing twice is allowed, use after close throws {@link IllegalStateException}.
 *
 * <p>Optional capabilities are further interfaces: {@link Simulator}, {@link Camera}, {@link Goal},
 * {@link Demonstrated}.
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

    /** The observation, as after a step, at the present state. */
    java.util.Map<String, Array> observe();
  }

  /** An environment that can be looked at, without a display. */
  interface Camera {
    /**
     * A picture of the present state.
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

    /** The cameras there are, the default first. */
    java.util.List<String> cameras();
  }

  /** An environment whose task may have a goal that is met or not. */
  interface Goal {
    /**
     * Whether the goal is met in the present state. An episode goes on when it is.
     *
     * @return empty if the task has no goal, always or never
     * @throws IllegalStateException when closed
     */
    java.util.Optional<Boolean> success();
  }

  /** An environment that knows how its task is solved. */
  interface Demonstrated {
    /** The names of its demonstrators, with a line about each; none if there are none. */
    java.util.Map<String, String> demonstrators();

    /**
     * A demonstrator; it goes on working when the environment is closed.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists those there
     *     are
     */
    Demonstrator demonstrator(String name);
  }
}
