package dev.difftop.learning.replay;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An episode of experience. Numbers are kept as float32, pictures as they are.
 *
 * @param observations by name, (T + 1, …), the last one after the last action
 * @param actions (T, nu)
 * @param rewards (T), each for the action of its row
 * @param terminated whether nothing is to be expected after it; an episode that only ran out of
 *     time is not
 */
public record ReplayEpisode(
    Map<String, Array> observations, Array actions, Array rewards, boolean terminated) {
  /** In front of the name of an observation, as Minari has it. */
  static final String OBSERVATIONS = "observations/";

  static final String ACTIONS = "actions";
  static final String REWARDS = "rewards";

  /** Compares the lengths. */
  public ReplayEpisode {
    if (actions.shape().rank() != 2 || actions.shape().dim(0) < 1) {
      throw new IllegalArgumentException(
          "replay: actions have shape %s, expected (T, nu)".formatted(actions.shape()));
    }
    int steps = actions.shape().dim(0);
    require(REWARDS, rewards, steps);
    if (rewards.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "replay: rewards have shape %s, expected (T)".formatted(rewards.shape()));
    }
    Map<String, Array> kept = new LinkedHashMap<>();
    observations.forEach(
        (name, array) -> {
          require("observation " + name, array, steps + 1);
          kept.put(name, array.dtype() == DType.UINT8 ? array : floats(array));
        });
    observations = java.util.Collections.unmodifiableMap(kept);
    actions = floats(actions);
    rewards = floats(rewards);
  }

  private static Array floats(Array array) {
    return array.dtype() == DType.FLOAT32 ? array : array.as(DType.FLOAT32);
  }

  private static void require(String what, Array array, int rows) {
    if (array.shape().rank() < 1 || array.shape().dim(0) != rows) {
      throw new IllegalArgumentException(
          "replay: %s has shape %s, expected %d rows".formatted(what, array.shape(), rows));
    }
  }

  /** Every array by its path in an episode's file. */
  Map<String, Array> arrays() {
    Map<String, Array> all = new LinkedHashMap<>();
    observations.forEach((name, array) -> all.put(OBSERVATIONS + name, array));
    all.put(ACTIONS, actions);
    all.put(REWARDS, rewards);
    return all;
  }

  /** The array at a path. */
  Array array(String path) {
    return switch (path) {
      case ACTIONS -> actions;
      case REWARDS -> rewards;
      default -> observations.get(path.substring(OBSERVATIONS.length()));
    };
  }

  /** T. */
  public int length() {
    return actions.shape().dim(0);
  }

  /** What it takes in memory. */
  long bytes() {
    return arrays().values().stream()
        .mapToLong(array -> (long) array.size() * array.dtype().bytes())
        .sum();
  }
}
