package dev.difftop.learning.model;

import java.util.random.RandomGenerator;

/** A pair of critics of an ensemble. */
public final class CriticPair {
  private CriticPair() {}

  /**
   * Draws two different critics, each pair alike.
   *
   * @param critics how many there are, at least 2
   * @return 1 for those that are drawn, else 0
   */
  public static double[] draw(int critics, RandomGenerator random) {
    double[] out = new double[critics];
    int first = random.nextInt(critics);
    int second = random.nextInt(critics - 1);
    out[first] = 1;
    out[second < first ? second : second + 1] = 1;
    return out;
  }
}
