package dev.difftop.solver.gaussnewton;

/** Steps are kept short by damping, which is raised and lowered by factors of ten. */
abstract class Damping implements StepRule {
  static final double SHRINK = 0.1;
  static final double GROW = 10;
  static final double SMALLEST = 1e-12;

  /** The next damping after a failure. */
  static double grown(double damping) {
    return Math.max(damping * GROW, SMALLEST);
  }

  /** The next damping after a step; none once it is very small. */
  static double adapted(double damping, double ratio) {
    if (ratio > 0.75) {
      double less = damping * SHRINK;
      return less < SMALLEST ? 0 : less;
    }
    return ratio > 0.25 ? damping : grown(damping);
  }

  @Override
  public boolean shorten(Iterates at, int b) {
    at.damping[b] = grown(at.damping[b]);
    return at.damping[b] <= at.config.maxDamping();
  }

  @Override
  public void adapt(Iterates at, int b, double ratio) {
    at.damping[b] = adapted(at.damping[b], ratio);
  }

  @Override
  public void trust(Iterates at, int b) {
    at.damping[b] = 0;
  }
}
