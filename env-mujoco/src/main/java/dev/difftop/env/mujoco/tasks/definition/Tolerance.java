package dev.difftop.env.mujoco.tasks.definition;

/**
 * A soft "is x inside these bounds?", the building block of the control suite's rewards: 1 inside,
 * and outside a sigmoid of the distance that is {@code value} at one {@code margin} from the
 * bounds. Tassa et al., "DeepMind Control Suite", section 2.
 */
public final class Tolerance {
  /**
   * How the answer falls outside the bounds; d is the distance in margins, v the value at d = 1.
   */
  public enum Kind {
    /** {@code v^(d²)}. */
    GAUSSIAN {
      @Override
      double at(double d, double v) {
        double c = v == DEFAULT_VALUE ? USUAL : Math.sqrt(-2 * Math.log(v));
        return Math.exp(-0.5 * (c * d) * (c * d));
      }
    },
    /** {@code 1 / cosh(c d)}. */
    HYPERBOLIC {
      @Override
      double at(double d, double v) {
        double c = Math.log(1 / v + Math.sqrt((1 / v - 1) * (1 / v + 1)));
        return 1 / Math.cosh(c * d);
      }
    },
    /** {@code 1 / (1 + (c d)²)}. */
    LONG_TAIL {
      @Override
      double at(double d, double v) {
        double c = Math.sqrt(1 / v - 1);
        return 1 / (1 + (c * d) * (c * d));
      }
    },
    /** {@code 1 / (1 + c |d|)}. */
    RECIPROCAL {
      @Override
      double at(double d, double v) {
        return 1 / (1 + (1 / v - 1) * Math.abs(d));
      }
    },
    /** {@code (1 + cos(pi c d)) / 2} while {@code |c d| < 1}, then 0. */
    COSINE {
      @Override
      double at(double d, double v) {
        double x = Math.acos(2 * v - 1) / Math.PI * d;
        return Math.abs(x) < 1 ? (1 + Math.cos(Math.PI * x)) / 2 : 0;
      }
    },
    /** {@code 1 - c d} while {@code |c d| < 1}, then 0. */
    LINEAR {
      @Override
      double at(double d, double v) {
        double x = (1 - v) * d;
        return Math.abs(x) < 1 ? 1 - x : 0;
      }
    },
    /** {@code 1 - (c d)²} while {@code |c d| < 1}, then 0. */
    QUADRATIC {
      @Override
      double at(double d, double v) {
        double x = Math.sqrt(1 - v) * d;
        return Math.abs(x) < 1 ? 1 - x * x : 0;
      }
    },
    /** {@code 1 - tanh²(c d)}. */
    TANH_SQUARED {
      @Override
      double at(double d, double v) {
        double root = Math.sqrt(1 - v);
        double c = 0.5 * Math.log((1 + root) / (1 - root));
        double t = Math.tanh(c * d);
        return 1 - t * t;
      }
    };

    abstract double at(double d, double v);

    private boolean reachesZero() {
      return this == COSINE || this == LINEAR || this == QUADRATIC;
    }

    private void check(double v) {
      boolean inside = v < 1 && (reachesZero() ? v >= 0 : v > 0);
      if (!inside) {
        throw new IllegalArgumentException(
            "tolerance of kind %s: value at the margin is %s, expected %s v < 1"
                .formatted(this, v, reachesZero() ? "0 <=" : "0 <"));
      }
    }
  }

  /** The value at the margin where none is given. */
  public static final double DEFAULT_VALUE = 0.1;

  /** The gaussian's scale for it, which rewards ask for in every step. */
  private static final double USUAL = Math.sqrt(-2 * Math.log(DEFAULT_VALUE));

  private Tolerance() {}

  /** 1 if {@code low <= x <= high}, else 0. */
  public static double inside(double x, double low, double high) {
    return of(x, low, high, 0, Kind.GAUSSIAN, DEFAULT_VALUE);
  }

  /** A gaussian around 0 that is 0.1 at {@code |x| = margin}. */
  public static double nearZero(double x, double margin) {
    return of(x, 0, 0, margin, Kind.GAUSSIAN, DEFAULT_VALUE);
  }

  /**
   * The soft indicator.
   *
   * @param x the value
   * @param low lower bound, itself inside; may be infinite
   * @param high upper bound, itself inside; may be infinite
   * @param margin distance from the bounds where the answer is {@code value}; 0 for a sharp edge
   * @param kind the sigmoid outside
   * @param value answer at the margin, below 1; above 0 except where the sigmoid reaches 0
   * @return between 0 and 1
   * @throws IllegalArgumentException if {@code low > high}, {@code margin < 0}, or the value does
   *     not fit its kind
   */
  public static double of(
      double x, double low, double high, double margin, Kind kind, double value) {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "tolerance: lower bound " + low + " is above upper bound " + high);
    }
    if (!(margin >= 0)) {
      throw new IllegalArgumentException(
          "tolerance: margin is " + margin + ", expected at least 0");
    }
    kind.check(value);
    if (low <= x && x <= high) {
      return 1;
    }
    if (margin == 0) {
      return 0;
    }
    return kind.at((x < low ? low - x : x - high) / margin, value);
  }
}
