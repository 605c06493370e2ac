package dev.difftop.engine.nd4j.lane;

/**
 * Functions over runs of float64 in the cache, accurate to a few units in the last place, so that
 * derivatives agree with finite differences as far as these reach. The result may be the operand.
 */
final class DoubleFunctions {
  /** The bits of 1. Comparisons make bits, not numbers, which takes no branch. */
  private static final long ONE = Double.doubleToRawLongBits(1);

  private DoubleFunctions() {}

  /**
   * Padé's approximant of tanh(x) / x at {@code z = x²}, numerator; exact to 1e-17 for |x| < 0.3.
   */
  private static double padeNumerator(double z) {
    return 135135 + z * (17325 + z * (378 + z));
  }

  private static double padeDenominator(double z) {
    return 135135 + z * (62370 + z * (3150 + z * 28));
  }

  static double tanh(double x) {
    double size = Math.abs(x);
    if (size < 0.3) {
      double z = x * x;
      return x * padeNumerator(z) / padeDenominator(z);
    }
    return Math.copySign(1 - 2 / (Math.exp(2 * size) + 1), x);
  }

  static double expm1(double x) {
    if (Math.abs(x) < 0.6) {
      double z = 0.25 * x * x;
      double p = 0.5 * x * padeNumerator(z);
      return 2 * p / (padeDenominator(z) - p);
    }
    return Math.exp(x) - 1;
  }

  /** Kahan: what rounding took from 1 + x, the quotient gives back. */
  static double log1p(double x) {
    double u = 1 + x;
    if (u == 1 || Double.isInfinite(u)) {
      return u == 1 ? x : u < 0 ? Double.NaN : u;
    }
    return Math.log(u) * (x / (u - 1));
  }

  static void tanh(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = tanh(x[i]);
    }
  }

  static void sigmoid(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      double e = Math.exp(-Math.abs(x[i]));
      y[i] = (x[i] >= 0 ? 1 : e) / (1 + e);
    }
  }

  static void elu(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = x[i] > 0 ? x[i] : expm1(x[i]);
    }
  }

  static void exp(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.exp(x[i]);
    }
  }

  static void softplus(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(x[i], 0) + log1p(Math.exp(-Math.abs(x[i])));
    }
  }

  static void negate(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = -x[i];
    }
  }

  static void square(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = x[i] * x[i];
    }
  }

  static void reciprocal(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = 1 / x[i];
    }
  }

  static void sqrt(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.sqrt(x[i]);
    }
  }

  static void abs(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.abs(x[i]);
    }
  }

  static void relu(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(0, x[i]);
    }
  }

  static void step(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      long bits = x[i] > 0 ? ONE : 0;
      y[i] = Double.longBitsToDouble(bits);
    }
  }

  static void sign(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.signum(x[i]);
    }
  }

  static void log(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.log(x[i]);
    }
  }

  static void log1p(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = log1p(x[i]);
    }
  }

  static void expm1(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = expm1(x[i]);
    }
  }

  static void sin(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.sin(x[i]);
    }
  }

  static void cos(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.cos(x[i]);
    }
  }

  static void atan(double[] y, double[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.atan(x[i]);
    }
  }

  static void add(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] + b[i];
    }
  }

  static void add(double[] y, double[] a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a[i] + b;
    }
  }

  static void subtract(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] - b[i];
    }
  }

  static void subtract(double[] y, double a, double[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a - b[i];
    }
  }

  static void multiply(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] * b[i];
    }
  }

  static void multiply(double[] y, double[] a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a[i] * b;
    }
  }

  static void divide(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] / b[i];
    }
  }

  static void divide(double[] y, double[] a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a[i] / b;
    }
  }

  static void divide(double[] y, double a, double[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a / b[i];
    }
  }

  static void min(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.min(a[i], b[i]);
    }
  }

  static void min(double[] y, double[] a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.min(a[i], b);
    }
  }

  static void max(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(a[i], b[i]);
    }
  }

  static void max(double[] y, double[] a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.max(a[i], b);
    }
  }

  static void power(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.pow(a[i], b[i]);
    }
  }

  static void power(double[] y, double[] a, double b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.pow(a[i], b);
    }
  }

  static void less(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      long bits = a[i] < b[i] ? ONE : 0;
      y[i] = Double.longBitsToDouble(bits);
    }
  }

  static void lessEqual(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      long bits = a[i] <= b[i] ? ONE : 0;
      y[i] = Double.longBitsToDouble(bits);
    }
  }

  static void equal(double[] y, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      long bits = a[i] == b[i] ? ONE : 0;
      y[i] = Double.longBitsToDouble(bits);
    }
  }

  /** Chooses bit by bit, all or none: a branch would be guessed wrong every other time. */
  static void where(double[] y, double[] mask, double[] a, double[] b, int n) {
    for (int i = 0; i < n; i++) {
      long bits = Double.doubleToRawLongBits(mask[i]) << 1;
      long all = (bits | -bits) >> 63;
      long other = Double.doubleToRawLongBits(b[i]);
      y[i] = Double.longBitsToDouble(other ^ ((Double.doubleToRawLongBits(a[i]) ^ other) & all));
    }
  }

  /** Sum of x[from, from + n), in eight chains that are joined pairwise: always in this order. */
  static double sum(double[] x, int from, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int i = from;
    int end = from + n;
    for (; i + 8 <= end; i += 8) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    double rest = 0;
    for (; i < end; i++) {
      rest += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest;
  }

  static double max(double[] x, int from, int n) {
    double top = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      top = Math.max(top, x[i]);
    }
    return top;
  }
}
