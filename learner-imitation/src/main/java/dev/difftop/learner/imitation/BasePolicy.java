package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A frozen policy whose actions solves start from, with its action in every demonstrated row. */
final class BasePolicy implements AutoCloseable {
  private final Policy policy;
  private final double[] actions;
  private final int actionSize;

  private BasePolicy(Policy policy, double[] actions, int actionSize) {
    this.policy = policy;
    this.actions = actions;
    this.actionSize = actionSize;
  }

  /** Runs the policy through every demonstrated episode, so that one with a memory has it. */
  static BasePolicy of(Policy policy, Demonstrations data) {
    int nu = data.actionSize();
    double[] all = new double[data.rows() * nu];
    try (Policy.Actor actor = policy.actor()) {
      for (int episode = 0; episode < data.episodes(); episode++) {
        actor.reset(RandomStream.root(episode));
        for (int row = data.firstRow(episode); row < data.firstRow(episode + 1); row++) {
          System.arraycopy(actor.act(observation(policy, data, row)), 0, all, row * nu, nu);
        }
      }
    }
    return new BasePolicy(policy, all, nu);
  }

  /**
   * In the element types of the environment: a file may hold its float64 observations as float32.
   */
  private static Map<String, Array> observation(Policy policy, Demonstrations data, int row) {
    Map<String, Array> out = new LinkedHashMap<>(data.observation(row));
    policy
        .signature()
        .observations()
        .forEach(
            (name, expected) ->
                out.computeIfPresent(
                    name,
                    (n, found) ->
                        found.dtype().isFloating() && expected.dtype().isFloating()
                            ? found.as(expected.dtype())
                            : found));
    return out;
  }

  Policy policy() {
    return policy;
  }

  /** Writes the action of each row, normalised and held over the horizon, to (B, H, nu). */
  void writeGuess(int[] rows, Normalizer normalizer, Array guess) {
    int plan = guess.size() / rows.length;
    for (int i = 0; i < guess.size(); i++) {
      int j = i % actionSize;
      guess.set(i, normalizer.normalize(actions[rows[i / plan] * actionSize + j], j));
    }
  }

  @Override
  public void close() {
    policy.close();
  }
}
