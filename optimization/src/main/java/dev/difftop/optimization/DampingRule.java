package dev.difftop.optimization;

/**
 * How Levenberg-Marquardt damping follows the gain ratio, decrease found over decrease expected: by
 * factors of ten. Nocedal and Wright, "Numerical Optimization", chapters 4 and 10.
 */
public final class DampingRule {
  private static final double SHRINK = 0.1;
  private static final double GROW = 10;
  private static final double SMALLEST = 1e-12;
  private static final double LEAST_RATIO = 1e-4;

  private DampingRule() {}

  /** The next damping after a failure. */
  public static double grown(double damping) {
    return Math.max(damping * GROW, SMALLEST);
  }

  /** The next damping after a step; none once it is very small. */
  public static double adapted(double damping, double ratio) {
    if (ratio > 0.75) {
      double less = damping * SHRINK;
      return less < SMALLEST ? 0 : less;
    }
    return ratio > 0.25 ? damping : grown(damping);
  }

  /** Whether a step is taken. */
  public static boolean accepts(double ratio, double decrease) {
    return ratio > LEAST_RATIO && decrease > 0;
  }
}
