package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Iterate;
import dev.difftop.optimization.StepRule;

/**
 * Powell's dogleg: along the projected steepest descent to its minimum, then towards the minimum of
 * the model in the box, as far as the radius allows. Without a convex model on the free set it is
 * the steepest descent, to the radius. All of the path lies in the box, which is convex. Nocedal
 * and Wright, "Numerical Optimization", section 4.1.
 */
final class DoglegStep implements StepRule {
  private static final double SMALLEST_RADIUS = 1e-14;

  private final int n;
  private final BoxQp qp;
  private final double initialRadius;
  private final double[] h;
  private final double[] g;
  private final double[] low;
  private final double[] high;
  private final double[] cauchy;
  private final double[] step;
  private double radius;

  DoglegStep(int n, GaussNewtonConfig config) {
    this.n = n;
    this.qp = new BoxQp(n);
    this.initialRadius = config.initialRadius();
    this.h = new double[n * n];
    this.g = new double[n];
    this.low = new double[n];
    this.high = new double[n];
    this.cauchy = new double[n];
    this.step = new double[n];
  }

  @Override
  public void begin() {
    radius = initialRadius;
  }

  @Override
  public boolean propose(Iterate at) {
    QuadraticModels.load(at, h, g, low, high);
    steepest(at);
    boolean convex = qp.solve(h, g, low, high);
    if (!convex || norm(cauchy) >= radius) {
      shortenToRadius();
    } else {
      towards(qp.solution());
    }
    double model = 0;
    for (int i = 0; i < n; i++) {
      double product = 0;
      for (int j = 0; j < n; j++) {
        product += h[i * n + j] * step[j];
      }
      model += step[i] * (g[i] + 0.5 * product);
    }
    at.propose(step);
    at.expect(-model);
    return Double.isFinite(model) && model < 0;
  }

  /** Steepest descent on the free components to the model's minimum, at most to the radius. */
  private void steepest(Iterate at) {
    double square = 0;
    for (int i = 0; i < n; i++) {
      cauchy[i] = at.isActive(i) ? 0 : -g[i];
      square += cauchy[i] * cauchy[i];
    }
    double curvature = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        curvature += cauchy[i] * h[i * n + j] * cauchy[j];
      }
    }
    double longest = radius / Math.sqrt(square);
    double length = curvature > 0 ? Math.min(square / curvature, longest) : longest;
    for (int i = 0; i < n; i++) {
      cauchy[i] = Math.min(Math.max(length * cauchy[i], low[i]), high[i]);
    }
  }

  private static double norm(double[] d) {
    double sum = 0;
    for (double x : d) {
      sum += x * x;
    }
    return Math.sqrt(sum);
  }

  private void shortenToRadius() {
    double size = norm(cauchy);
    for (int i = 0; i < n; i++) {
      step[i] = size > radius ? cauchy[i] * radius / size : cauchy[i];
    }
  }

  /** From the Cauchy point towards the target, to the radius. */
  private void towards(double[] target) {
    double a = 0;
    double half = 0;
    double c = -radius * radius;
    for (int i = 0; i < n; i++) {
      double leg = target[i] - cauchy[i];
      a += leg * leg;
      half += leg * cauchy[i];
      c += cauchy[i] * cauchy[i];
    }
    double share = a > 0 ? (-half + Math.sqrt(half * half - a * c)) / a : 1;
    for (int i = 0; i < n; i++) {
      step[i] = cauchy[i] + Math.min(1, share) * (target[i] - cauchy[i]);
    }
  }

  @Override
  public boolean shorten() {
    radius *= 0.25;
    return radius >= SMALLEST_RADIUS;
  }

  @Override
  public void adapt(Iterate at, double ratio) {
    double square = 0;
    for (int i = 0; i < n; i++) {
      square += at.step(i) * at.step(i);
    }
    double size = Math.sqrt(square);
    if (!(ratio > 0.25)) {
      radius = Math.max(0.25 * size, SMALLEST_RADIUS);
    } else if (ratio > 0.75 && size > 0.9 * radius) {
      radius *= 2;
    }
  }

  @Override
  public void trust() {
    radius = Math.max(radius, initialRadius);
  }
}
