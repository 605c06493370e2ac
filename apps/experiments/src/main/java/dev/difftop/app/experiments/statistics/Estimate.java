package dev.difftop.app.experiments.statistics;

/**
 * A statistic with its uncertainty and its sample size.
 *
 * @param value the statistic of the sample
 * @param interval percentile bootstrap interval
 * @param runs the smallest number of runs of a task
 */
public record Estimate(double value, Interval interval, int runs) {
  /** Fewest runs of a task for a claim of significance. */
  public static final int FEWEST_RUNS = 5;

  /** Whether there are too few runs to claim a difference, whatever the interval says. */
  public boolean underpowered() {
    return runs < FEWEST_RUNS;
  }
}
