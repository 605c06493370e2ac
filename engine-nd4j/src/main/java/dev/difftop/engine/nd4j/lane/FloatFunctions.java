package dev.difftop.engine.nd4j.lane;

/**
 * Functions over runs of float32 in the cache, written so that the compiler makes vectors of them:
 * no branches, no calls. The hyperbolic tangent is a rational approximation fitted to relative
 * error 2e-8 on [-9, 9] (3e-7 after rounding); {@code e^x - 1 = 2 p / (q - p)} where {@code p / q =
 * tanh(x / 2)}. The result may be the operand.
 */
final class FloatFunctions {
  /** Beyond it tanh rounds to 1. */
  private static final float TANH_LIMIT = 9;

  private static final float P0 = 0.99999998f;
  private static final float P1 = 0.13381039f;
  private static final float P2 = 0.0034956034f;
  private static final float P3 = 2.0609304e-5f;
  private static final float P4 = 1.3354914e-8f;
  private static final float Q1 = 0.46714355f;
  private static final float Q2 = 0.025877042f;
  private static final float Q3 = 3.2856585e-4f;
  private static final float Q4 = 7.7766730e-7f;

  /** Adding it leaves a whole number in the low bits of a float. */
  private static final float ROUND = 12582912f;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.69335938f;
  private static final float LN2_LOW = -2.1219444e-4f;

  /** The bits of 1. Comparisons make bits, not numbers, which takes no branch. */
  private static final int ONE = Float.floatToRawIntBits(1);

  private FloatFunctions() {}

  static void tanh(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.min(TANH_LIMIT, Math.max(-TANH_LIMIT, x[i]));
      float z = v * v;
      float p = v * (P0 + z * (P1 + z * (P2 + z * (P3 + z * P4))));
      float q = 1 + z * (Q1 + z * (Q2 + z * (Q3 + z * Q4)));
      y[i] = Math.min(1f, Math.max(-1f, p / q));
    }
  }

  /** {@code (1 + tanh(x / 2)) / 2}. */
  static void sigmoid(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.min(TANH_LIMIT, Math.max(-TANH_LIMIT, 0.5f * x[i]));
      float z = v * v;
      float p = v * (P0 + z * (P1 + z * (P2 + z * (P3 + z * P4))));
      float q = 1 + z * (Q1 + z * (Q2 + z * (Q3 + z * Q4)));
      y[i] = 0.5f + 0.5f * Math.min(1f, Math.max(-1f, p / q));
    }
  }

  static void elu(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.max(-TANH_LIMIT, 0.5f * Math.min(0f, x[i]));
      float z = v * v;
      float p = v * (P0 + z * (P1 + z * (P2 + z * (P3 + z * P4))));
      float q = 1 + z * (Q1 + z * (Q2 + z * (Q3 + z * Q4)));
      y[i] = Math.max(0f, x[i]) + 2 * p / (q - p);
    }
  }

  /** {@code e^x = 2^k e^r} with |r| at most ln(2) / 2; {@code scratch} keeps k. */
  static void exp(float[] y, float[] x, float[] scratch, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.min(90f, Math.max(-105f, x[i]));
      float shifted = v * LOG2_E + ROUND;
      float k = shifted - ROUND;
      float r = v - k * LN2_HIGH - k * LN2_LOW;
      scratch[i] = shifted;
      y[i] =
          1
              + r
                  * (1
                      + r
                          * (0.5f
                              + r
                                  * (0.16666667f
                                      + r
                                          * (0.041666467f
                                              + r * (0.0083334519f + r * 0.0013952037f)))));
    }
    for (int i = 0; i < n; i++) {
      y[i] = scale(y[i], (int) (scratch[i] - ROUND));
    }
  }

  /** {@code y 2^k}. */
  private static float scale(float y, int k) {
    if (k > 127) {
      return y * 0x1p127f * (k == 128 ? 2f : Float.POSITIVE_INFINITY);
    }
    return k < -126
        ? y * 0x1p-126f * Math.scalb(1f, k + 126)
        : y * Float.intBitsToFloat(k + 127 << 23);
  }

  /** {@code max(x, 0) + log(1 + e^-|x|)}, the logarithm as a rational function of the power. */
  static void softplus(float[] y, float[] x, float[] scratch, float[] power, int n) {
    for (int i = 0; i < n; i++) {
      power[i] = -Math.abs(x[i]);
    }
    exp(power, power, scratch, n);
    for (int i = 0; i < n; i++) {
      float u = power[i];
      float p = u * (1f + u * (0.86719300f + u * 0.12376411f));
      float q = 1f + u * (1.3671910f + u * (0.47405844f + u * 0.031094489f));
      y[i] = Math.max(0f, x[i]) + p / q;
    }
  }

  static void negate(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = -x[i];
    }
  }

  static void square(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = x[i] * x[i];
    }
  }

  static void reciprocal(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = 1f / x[i];
    }
  }

  static void sqrt(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.sqrt(x[i]);
    }
  }

  static void abs(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.abs(x[i]);
    }
  }

  static void relu(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(0f, x[i]);
    }
  }

  static void step(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      int bits = x[i] > 0 ? ONE : 0;
      y[i] = Float.intBitsToFloat(bits);
    }
  }

  static void sign(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.signum(x[i]);
    }
  }

  static void log(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.log(x[i]);
    }
  }

  static void log1p(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) DoubleFunctions.log1p(x[i]);
    }
  }

  static void expm1(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) DoubleFunctions.expm1(x[i]);
    }
  }

  static void sin(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.sin(x[i]);
    }
  }

  static void cos(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.cos(x[i]);
    }
  }

  static void atan(float[] y, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.atan(x[i]);
    }
  }

  static void add(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] + b[i];
    }
  }

  static void add(float[] y, float[] a, float b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a[i] + b;
    }
  }

  static void subtract(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] - b[i];
    }
  }

  static void subtract(float[] y, float a, float[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a - b[i];
    }
  }

  static void multiply(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] * b[i];
    }
  }

  static void multiply(float[] y, float[] a, float b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a[i] * b;
    }
  }

  static void divide(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = a[i] / b[i];
    }
  }

  static void divide(float[] y, float[] a, float b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a[i] / b;
    }
  }

  static void divide(float[] y, float a, float[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = a / b[i];
    }
  }

  static void min(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.min(a[i], b[i]);
    }
  }

  static void min(float[] y, float[] a, float b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.min(a[i], b);
    }
  }

  static void max(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(a[i], b[i]);
    }
  }

  static void max(float[] y, float[] a, float b, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.max(a[i], b);
    }
  }

  static void power(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.pow(a[i], b[i]);
    }
  }

  static void power(float[] y, float[] a, double b, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = (float) Math.pow(a[i], b);
    }
  }

  static void less(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      int bits = a[i] < b[i] ? ONE : 0;
      y[i] = Float.intBitsToFloat(bits);
    }
  }

  static void lessEqual(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      int bits = a[i] <= b[i] ? ONE : 0;
      y[i] = Float.intBitsToFloat(bits);
    }
  }

  static void equal(float[] y, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      int bits = a[i] == b[i] ? ONE : 0;
      y[i] = Float.intBitsToFloat(bits);
    }
  }

  /** Chooses bit by bit, all or none: a branch would be guessed wrong every other time. */
  static void where(float[] y, float[] mask, float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      int bits = Float.floatToRawIntBits(mask[i]) << 1;
      int all = (bits | -bits) >> 31;
      int other = Float.floatToRawIntBits(b[i]);
      y[i] = Float.intBitsToFloat(other ^ ((Float.floatToRawIntBits(a[i]) ^ other) & all));
    }
  }

  /** Sum of x[from, from + n), in eight chains that are joined pairwise: always in this order. */
  static float sum(float[] x, int from, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
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
    float rest = 0;
    for (; i < end; i++) {
      rest += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h)) + rest;
  }

  static float max(float[] x, int from, int n) {
    float top = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      top = Math.max(top, x[i]);
    }
    return top;
  }
}
