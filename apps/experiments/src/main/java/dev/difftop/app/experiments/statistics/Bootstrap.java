package dev.difftop.app.experiments.statistics;

import dev.difftop.api.array.RandomStream;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * Stratified percentile bootstrap: every score is drawn again, with replacement, among the runs of
 * its own task; the interval lies between quantiles of the statistic over the draws. The same seed
 * gives the same bits.
 *
 * @param seed of the resampling, part of every report
 * @param draws number of resamples
 * @param confidence share of the draws inside of the interval
 */
public record Bootstrap(long seed, int draws, double confidence) {
  /** Seed 0, 10 000 draws, 95 %. */
  public static final Bootstrap STANDARD = new Bootstrap(0, 10_000, 0.95);

  /** Refuses settings without meaning. */
  public Bootstrap {
    if (draws < 1 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "found %d draws and confidence %s, expected at least one draw and a confidence in (0, 1)"
              .formatted(draws, confidence));
    }
  }

  /**
   * A statistic of scores with its interval.
   *
   * @param name of the stream of random numbers; statistics that are compared share it
   * @throws IllegalArgumentException without scores, or if one is not finite
   */
  public Estimate estimate(String name, double[][] scores, Aggregate statistic) {
    Scores.require(scores);
    Interval interval = interval(name, scores, statistic::of);
    int runs = Arrays.stream(scores).mapToInt(task -> task.length).min().orElseThrow();
    return new Estimate(statistic.of(scores), interval, runs);
  }

  /** The interval of a statistic of one group of scores. */
  public Interval interval(String name, double[][] scores, ToDoubleFunction<double[][]> statistic) {
    Scores.require(scores);
    RandomGenerator random = stream(name);
    double[] values = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      values[draw] = statistic.applyAsDouble(resample(scores, random));
    }
    return between(values);
  }

  /** A statistic of two independent groups of scores, resampled independently of each other. */
  @FunctionalInterface
  public interface TwoGroups {
    /** The statistic of {@code [task][run]} against {@code [task][run]}. */
    double of(double[][] x, double[][] y);
  }

  /** The interval of a statistic of two groups. */
  public Interval interval(String name, double[][] x, double[][] y, TwoGroups statistic) {
    Scores.require(x);
    Scores.require(y);
    RandomGenerator randomX = stream(name + "/x");
    RandomGenerator randomY = stream(name + "/y");
    double[] values = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      values[draw] = statistic.of(resample(x, randomX), resample(y, randomY));
    }
    return between(values);
  }

  private RandomGenerator stream(String name) {
    return RandomStream.root(seed).child("bootstrap").child(name);
  }

  private Interval between(double[] values) {
    Arrays.sort(values);
    double outside = (1 - confidence) / 2;
    return new Interval(Quantiles.of(values, outside), Quantiles.of(values, 1 - outside));
  }

  private static double[][] resample(double[][] scores, RandomGenerator random) {
    double[][] drawn = new double[scores.length][];
    for (int task = 0; task < scores.length; task++) {
      int runs = scores[task].length;
      drawn[task] = new double[runs];
      for (int run = 0; run < runs; run++) {
        drawn[task][run] = scores[task][index(random, runs)];
      }
    }
    return drawn;
  }

  /** Uniform below a bound, by multiplication: the same on every version of Java. */
  private static int index(RandomGenerator random, int bound) {
    return (int) ((random.nextLong() >>> 32) * bound >>> 32);
  }
}
