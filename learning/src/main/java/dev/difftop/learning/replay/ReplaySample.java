package dev.difftop.learning.replay;

import dev.difftop.api.array.Array;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sequences drawn from a {@link Replay}. It is filled again by the next draw.
 *
 * @param steps numbers of the steps that sequences start at, (B)
 * @param observations by name, (B, H + 1, …), float32, pictures uint8
 * @param actions (B, H, nu)
 * @param rewards (B, H)
 * @param terminated (B, H), 1 where nothing is to be expected after the step
 * @param weights (B), importance weights, the largest 1
 */
public record ReplaySample(
    long[] steps,
    Map<String, Array> observations,
    Array actions,
    Array rewards,
    Array terminated,
    Array weights) {

  /** Every array that is read from episodes, by its path in an episode's file. */
  public Map<String, Array> arrays() {
    Map<String, Array> all = new LinkedHashMap<>();
    observations.forEach((name, array) -> all.put(ReplayEpisode.OBSERVATIONS + name, array));
    all.put(ReplayEpisode.ACTIONS, actions);
    all.put(ReplayEpisode.REWARDS, rewards);
    return all;
  }
}
