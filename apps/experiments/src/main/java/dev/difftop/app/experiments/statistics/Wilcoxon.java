package dev.difftop.app.experiments.statistics;

import java.util.Arrays;

/**
 * Wilcoxon's signed rank test of paired differences, two-sided: whether they are symmetric about
 * zero. Zeros are dropped; tied magnitudes share their mean rank. Wilcoxon, "Individual comparisons
 * by ranking methods", 1945; Pratt, 1959, on zeros.
 *
 * @param statistic the smaller one of the rank sums of positive and negative differences
 * @param pairs differences other than zero
 * @param probability p-value; 1 without a difference other than zero
 */
public record Wilcoxon(double statistic, int pairs, double probability) {
  /** Most pairs of the exact distribution; its sums are counted in doubles. */
  public static final int MOST_EXACT = 50;

  /**
   * Exact, over all sign patterns given the observed magnitudes; tied ranks included.
   *
   * @throws IllegalArgumentException with more than {@value #MOST_EXACT} differences, or NaN
   */
  public static Wilcoxon exact(double[] differences) {
    Ranks ranks = Ranks.of(differences);
    int pairs = ranks.doubled().length;
    if (pairs > MOST_EXACT) {
      throw new IllegalArgumentException(
          "found %d differences, expected at most %d; use the normal approximation"
              .formatted(pairs, MOST_EXACT));
    }
    // Ranks are doubled, so that mean ranks of ties are whole.
    int total = Arrays.stream(ranks.doubled()).sum();
    double[] patterns = new double[total + 1];
    patterns[0] = 1;
    for (int rank : ranks.doubled()) {
      for (int sum = total; sum >= rank; sum--) {
        patterns[sum] += patterns[sum - rank];
      }
    }
    double below = 0;
    for (int sum = 0; sum <= ranks.smallerSum(); sum++) {
      below += patterns[sum];
    }
    double probability = Math.min(1, 2 * below / Math.pow(2, pairs));
    return new Wilcoxon(ranks.smallerSum() / 2.0, pairs, pairs == 0 ? 1 : probability);
  }

  /**
   * Normal approximation with the variance corrected for ties, without continuity correction.
   *
   * @throws IllegalArgumentException on NaN
   */
  public static Wilcoxon approximate(double[] differences) {
    Ranks ranks = Ranks.of(differences);
    int n = ranks.doubled().length;
    double statistic = ranks.smallerSum() / 2.0;
    if (n == 0) {
      return new Wilcoxon(0, 0, 1);
    }
    double mean = n * (n + 1) / 4.0;
    double variance = (n * (n + 1.0) * (2 * n + 1.0) - ranks.tieCorrection() / 2) / 24;
    double z = (statistic - mean) / Math.sqrt(variance);
    return new Wilcoxon(statistic, n, Math.min(1, 2 * Normal.below(z)));
  }

  /** Exact where it can be, otherwise the approximation. */
  public static Wilcoxon of(double[] differences) {
    return differences.length <= MOST_EXACT ? exact(differences) : approximate(differences);
  }

  /**
   * Ranks of magnitudes.
   *
   * @param doubled twice the rank of every difference other than zero
   * @param smallerSum the smaller one of the doubled rank sums by sign
   * @param tieCorrection sum of t³ − t over groups of t ties
   */
  private record Ranks(int[] doubled, int smallerSum, double tieCorrection) {
    static Ranks of(double[] differences) {
      for (double difference : differences) {
        if (Double.isNaN(difference)) {
          throw new IllegalArgumentException("differences: found NaN, expected numbers");
        }
      }
      double[] sorted =
          Arrays.stream(differences)
              .filter(d -> d != 0)
              .boxed()
              .sorted((a, b) -> Double.compare(Math.abs(a), Math.abs(b)))
              .mapToDouble(d -> d)
              .toArray();
      int[] doubled = new int[sorted.length];
      int positive = 0;
      int negative = 0;
      double correction = 0;
      for (int from = 0; from < sorted.length; ) {
        int to = from;
        while (to < sorted.length && Math.abs(sorted[to]) == Math.abs(sorted[from])) {
          to++;
        }
        double ties = to - from;
        correction += ties * ties * ties - ties;
        for (int i = from; i < to; i++) {
          doubled[i] = from + 1 + to; // 2 × mean of ranks from + 1 to to
          positive += sorted[i] > 0 ? doubled[i] : 0;
          negative += sorted[i] < 0 ? doubled[i] : 0;
        }
        from = to;
      }
      return new Ranks(doubled, Math.min(positive, negative), correction);
    }
  }
}
