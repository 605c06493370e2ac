package dev.difftop.api.environment;

import dev.difftop.api.array.Array;
import java.util.Map;

/**
 * What an environment answers to a reset or a step.
 *
 * @param observation the named observations; the arrays are the receiver's own
 * @param reward reward of the step, summed over the action repeat; 0 after a reset
 * @param end whether and why the episode is over
 * @param reason one line for a person where {@code end} is {@link End#FAILED}; empty otherwise
 */
public record TimeStep(Map<String, Array> observation, double reward, End end, String reason) {
  /** Whether and why an episode ends. */
  public enum End {
    /** The episode continues. */
    NONE,
    /** A terminal state: the value of what follows is zero (d = 1 in TD targets). */
    TERMINATED,
    /** The time limit. The state is not terminal (d = 0). */
    TRUNCATED,
    /** The simulation failed (it became unstable); the environment is usable after a reset. */
    FAILED
  }

  /** Whether the episode is over. */
  public boolean isLast() {
    return end != End.NONE;
  }
}
