package dev.difftop.app.experiments.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * A learning curve: scores at ascending positions, linear in between.
 *
 * @param positions strictly ascending, at least one
 * @param scores one for each position
 */
public record LearningCurve(double[] positions, double[] scores) {
  /** Refuses positions out of order. */
  public LearningCurve {
    if (positions.length == 0 || positions.length != scores.length) {
      throw new IllegalArgumentException(
          "found %d positions and %d scores, expected as many, at least one"
              .formatted(positions.length, scores.length));
    }
    for (int i = 1; i < positions.length; i++) {
      if (!(positions[i] > positions[i - 1])) {
        throw new IllegalArgumentException(
            "positions: found %s after %s, expected ascending positions"
                .formatted(positions[i], positions[i - 1]));
      }
    }
    positions = positions.clone();
    scores = scores.clone();
  }

  /** First position. */
  public double first() {
    return positions[0];
  }

  /** Last position. */
  public double last() {
    return positions[positions.length - 1];
  }

  /** Score at a position; NaN beyond the ends, since nothing was measured there. */
  public double at(double position) {
    int found = Arrays.binarySearch(positions, position);
    if (found >= 0) {
      return scores[found];
    }
    int above = -found - 1;
    if (above == 0 || above == positions.length) {
      return Double.NaN;
    }
    double share = (position - positions[above - 1]) / (positions[above] - positions[above - 1]);
    return scores[above - 1] + share * (scores[above] - scores[above - 1]);
  }

  /**
   * Area under the curve between two positions over their distance: the mean height, in the unit of
   * the score. Trapezoidal rule.
   *
   * @throws IllegalArgumentException if the curve does not reach over the range
   */
  public double meanHeight(double from, double to) {
    if (!(from >= first() && to <= last() && from < to)) {
      throw new IllegalArgumentException(
          "found the range [%s, %s], expected one inside of [%s, %s]"
              .formatted(from, to, first(), last()));
    }
    double area = 0;
    double x = from;
    double y = at(from);
    for (int i = 0; i <= positions.length; i++) {
      double next = i < positions.length ? Math.min(positions[i], to) : to;
      if (next > x) {
        double height = at(next);
        area += (next - x) * (y + height) / 2;
        x = next;
        y = height;
      }
    }
    return area / (to - from);
  }

  /** The positions of all curves that lie where every curve was measured, ascending. */
  public static double[] commonPositions(List<LearningCurve> curves) {
    double from = curves.stream().mapToDouble(LearningCurve::first).max().orElse(0);
    double to = curves.stream().mapToDouble(LearningCurve::last).min().orElse(-1);
    return curves.stream()
        .flatMapToDouble(curve -> Arrays.stream(curve.positions()))
        .filter(x -> x >= from && x <= to)
        .sorted()
        .distinct()
        .toArray();
  }
}
