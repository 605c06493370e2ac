package dev.difftop.optimization;

import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import java.util.List;

/** A solution put together from the samples of two. */
public final class SolutionRows {
  private SolutionRows() {}

  /**
   * The samples of the first, but where only the others have converged, those.
   *
   * @return with gains if the first has some
   */
  public static Solution takeConverged(Solution first, Solution others) {
    int[] rows = new int[first.cost().length];
    for (int b = 0; b < rows.length; b++) {
      boolean better = others.status(b).isConverged() && !first.status(b).isConverged();
      rows[b] = better ? b : -1;
    }
    return choose(first, others, rows);
  }

  /**
   * Chooses sample by sample.
   *
   * @param rows of each sample, the row of {@code others}; -1 for its own in {@code first}
   * @return without recorded steps
   */
  static Solution choose(Solution first, Solution others, int[] rows) {
    double[] cost = first.cost().clone();
    Status[] status = first.status().clone();
    int[] iterations = first.iterations().clone();
    double[] stationarity = first.stationarity().clone();
    for (int b = 0; b < rows.length; b++) {
      if (rows[b] >= 0) {
        cost[b] = others.cost(rows[b]);
        status[b] = others.status(rows[b]);
        iterations[b] = others.iterations()[rows[b]];
        stationarity[b] = others.stationarity()[rows[b]];
      }
    }
    return first.toBuilder()
        .actions(choose(first.actions(), others.actions(), rows).toDoubles())
        .states(choose(first.states(), others.states(), rows).toDoubles())
        .cost(cost)
        .status(status)
        .iterations(iterations)
        .stationarity(stationarity)
        .gains(first.gains().map(gains -> choose(gains, others.gains().orElseThrow(), rows)))
        .steps(List.of())
        .build();
  }

  private static Solution.Gains choose(Solution.Gains first, Solution.Gains others, int[] rows) {
    return new Solution.Gains(
        choose(first.feedback(), others.feedback(), rows),
        choose(first.feedforward(), others.feedforward(), rows));
  }

  private static Array choose(Array first, Array others, int[] rows) {
    double[] out = first.toDoubles();
    int length = out.length / rows.length;
    for (int b = 0; b < rows.length; b++) {
      if (rows[b] >= 0) {
        others.read(rows[b] * length, out, b * length, length);
      }
    }
    return Array.of(out, first.shape().dims());
  }
}
