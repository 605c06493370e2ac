package dev.difftop.solver.gaussnewton;

import dev.difftop.optimization.BoxQp;
import dev.difftop.optimization.Boxes;

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
  private final double[] h;
  private final double[] g;
  private final double[] low;
  private final double[] high;
  private final double[] cauchy;
  private final double[] step;

  DoglegStep(int n) {
    this.n = n;
    this.qp = new BoxQp(n);
    this.h = new double[n * n];
    this.g = new double[n];
    this.low = new double[n];
    this.high = new double[n];
    this.cauchy = new double[n];
    this.step = new double[n];
  }

  @Override
  public boolean propose(Iterates at, int b) {
    load(at, b * n);
    double radius = at.damping[b];
    steepest(at, b * n, radius);
    boolean convex = qp.solve(h, g, low, high);
    if (!convex || norm(cauchy) >= radius) {
      shortenTo(radius);
    } else {
      towards(qp.solution(), radius);
    }
    double model = 0;
    for (int i = 0; i < n; i++) {
      double bent = 0;
      for (int j = 0; j < n; j++) {
        bent += h[i * n + j] * step[j];
      }
      model += step[i] * (g[i] + 0.5 * bent);
      int k = b * n + i;
      at.candidate[k] = Boxes.clamp(at.actions[k] + step[i], at.low[k], at.high[k]);
    }
    at.foretold[b] = -model;
    return Double.isFinite(model) && model < 0;
  }

  private void load(Iterates at, int from) {
    for (int i = 0; i < n; i++) {
      g[i] = at.gradient[from + i];
      low[i] = at.low[from + i] - at.actions[from + i];
      high[i] = at.high[from + i] - at.actions[from + i];
      for (int j = 0; j < n; j++) {
        h[i * n + j] = 0.5 * (at.hessian[(from + i) * n + j] + at.hessian[(from + j) * n + i]);
      }
    }
  }

  /** Steepest descent on the free components to the model's minimum, at most to the radius. */
  private void steepest(Iterates at, int from, double radius) {
    double square = 0;
    for (int i = 0; i < n; i++) {
      int k = from + i;
      boolean held = Boxes.isHeld(at.actions[k], g[i], at.low[k], at.high[k]);
      cauchy[i] = held ? 0 : -g[i];
      square += cauchy[i] * cauchy[i];
    }
    double bent = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        bent += cauchy[i] * h[i * n + j] * cauchy[j];
      }
    }
    double longest = radius / Math.sqrt(square);
    double length = bent > 0 ? Math.min(square / bent, longest) : longest;
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

  private void shortenTo(double radius) {
    double size = norm(cauchy);
    for (int i = 0; i < n; i++) {
      step[i] = size > radius ? cauchy[i] * radius / size : cauchy[i];
    }
  }

  /** From the Cauchy point towards the target, to the radius. */
  private void towards(double[] target, double radius) {
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
  public boolean shorten(Iterates at, int b) {
    at.damping[b] *= 0.25;
    return at.damping[b] >= SMALLEST_RADIUS;
  }

  @Override
  public void adapt(Iterates at, int b, double ratio) {
    double square = 0;
    for (int k = b * n; k < (b + 1) * n; k++) {
      double d = at.candidate[k] - at.actions[k];
      square += d * d;
    }
    double size = Math.sqrt(square);
    if (!(ratio > 0.25)) {
      at.damping[b] = Math.max(0.25 * size, SMALLEST_RADIUS);
    } else if (ratio > 0.75 && size > 0.9 * at.damping[b]) {
      at.damping[b] *= 2;
    }
  }

  @Override
  public void trust(Iterates at, int b) {
    at.damping[b] = Math.max(at.damping[b], at.config.initialRadius());
  }
}
