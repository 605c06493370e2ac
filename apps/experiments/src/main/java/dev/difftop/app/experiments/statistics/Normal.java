package dev.difftop.app.experiments.statistics;

/** The standard normal distribution. */
final class Normal {
  private Normal() {}

  /**
   * The probability below z ≤ 0 by the continued fraction of Mills' ratio where it converges fast,
   * and by the series of the error function nearer to zero. Abramowitz and Stegun, 26.2.14 and
   * 26.2.11. Relative error below 1e-12.
   */
  static double below(double z) {
    if (z > 0) {
      return 1 - below(-z);
    }
    double x = -z;
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    return x < 3 ? 0.5 - density * series(x) : density * fraction(x);
  }

  /** x + x³/3 + x⁵/(3·5) + …, all terms positive. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; term > 1e-18 * sum; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return sum;
  }

  /** 1/(x + 1/(x + 2/(x + 3/…))), from the inside. */
  private static double fraction(double x) {
    double value = x;
    for (int k = 120; k >= 1; k--) {
      value = x + k / value;
    }
    return 1 / value;
  }
}
