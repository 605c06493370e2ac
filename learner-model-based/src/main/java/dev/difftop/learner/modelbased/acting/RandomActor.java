package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.Policy;
import java.util.Map;

/** Uniform random actions in [-1, 1]: the seed phase. */
public final class RandomActor implements Policy.Actor {
  private final int actionSize;
  private RandomStream random = RandomStream.root(0);

  public RandomActor(int actionSize) {
    this.actionSize = actionSize;
  }

  @Override
  public void reset(RandomStream newRandom) {
    this.random = newRandom;
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    double[] action = new double[actionSize];
    for (int i = 0; i < actionSize; i++) {
      action[i] = 2 * random.nextDouble() - 1;
    }
    return action;
  }
}
