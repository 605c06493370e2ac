package dev.difftop.solver.lagrangian;

import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.optimization.Feasibility;
import dev.difftop.optimization.SampleResults;
import java.util.Arrays;

/** Multipliers, penalty and progress of every sample. */
final class LagrangianSamples {
  /** Violations below this cannot be told from rounding in float32. */
  private static final double ROUNDING = 1e-5;

  /** A gap that is not at most this share of that of the round before does not fall. */
  private static final double FALLS = 0.95;

  /** So many rounds in a row in which it does not fall are the end: one may only change sides. */
  private static final int ROUNDS_AT_REST = 3;

  private final AugmentedLagrangianConfig config;
  private final LimitCounts counts;
  private final DType dtype;
  private final double allowed;
  private final int m;
  private final SampleResults results;
  private final double[] multipliers;
  private final double[] penalty;
  private final double[] gap;
  private final double[] violation;
  private final int[] iterations;
  private final int[] stuck;

  LagrangianSamples(AugmentedLagrangianConfig config, LimitCounts counts, int batch, DType dtype) {
    this.config = config;
    this.counts = counts;
    this.dtype = dtype;
    this.allowed =
        dtype == DType.FLOAT32 ? Math.max(config.violation(), ROUNDING) : config.violation();
    this.m = counts.all();
    this.results = new SampleResults(batch);
    this.multipliers = new double[batch * m];
    this.penalty = new double[batch];
    this.gap = new double[batch];
    this.violation = new double[batch];
    this.iterations = new int[batch];
    this.stuck = new int[batch];
    Arrays.fill(penalty, config.firstPenalty());
    Arrays.fill(gap, Double.POSITIVE_INFINITY);
  }

  boolean anyActive() {
    return results.anyActive();
  }

  boolean isActive(int b) {
    return results.isActive(b);
  }

  Status[] status() {
    return results.status();
  }

  /** Of the inner solves together. */
  int[] iterations() {
    return iterations;
  }

  /** Largest of g and |h|, at least 0. */
  double[] violations() {
    return violation;
  }

  double[] penalties() {
    return penalty.clone();
  }

  /** μ in units of the cost of its own stage, (B, m): not discounted. */
  double[] multipliers() {
    return multipliers;
  }

  /** μ/ρ of some limits of every sample. */
  double[] shifts(int from, int count) {
    double[] out = new double[penalty.length * count];
    for (int b = 0; b < penalty.length; b++) {
      for (int j = 0; j < count; j++) {
        out[b * count + j] = multipliers[b * m + from + j] / penalty[b];
      }
    }
    return out;
  }

  /**
   * Takes the outcome of a round: new multipliers, then an end or a new penalty.
   *
   * @param limits g and h of every sample, (B, m)
   */
  void receive(int b, Solution found, double[] limits, int round) {
    iterations[b] += found.iterations()[b];
    double before = gap[b];
    update(b, limits);
    Status end = end(b, found, before, round);
    if (end != null) {
      results.finish(b, end, iterations[b]);
    } else if (!(gap[b] <= config.progress() * before)) {
      penalty[b] = Math.min(penalty[b] * config.penaltyFactor(), config.maxPenalty());
    }
  }

  /**
   * The gap of an inequality is {@code max(g, -μ/ρ)}: with it at 0, the limit is kept and has no
   * multiplier unless it is active.
   */
  private void update(int b, double[] limits) {
    gap[b] = 0;
    violation[b] = 0;
    for (int j = 0; j < m; j++) {
      int k = b * m + j;
      boolean oneSided = counts.isInequality(j);
      double shift = multipliers[k] / penalty[b];
      double here = oneSided ? Math.max(limits[k], -shift) : limits[k];
      gap[b] = larger(gap[b], Math.abs(here));
      violation[b] = larger(violation[b], oneSided ? Math.max(0, limits[k]) : Math.abs(limits[k]));
      multipliers[k] += penalty[b] * here;
    }
  }

  private static double larger(double a, double b) {
    return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
  }

  /** How a sample ends after a round; null if it goes on. */
  private Status end(int b, Solution found, double before, int round) {
    Status inner = found.status(b);
    if (inner == Status.NOT_FINITE || Double.isNaN(gap[b])) {
      // A later round starts where the one before has ended; that is finite unless J has no bound.
      boolean beganFinite = round > 1 && Double.isFinite(found.cost(b));
      return beganFinite ? Status.STALLED : Status.NOT_FINITE;
    }
    if (inner == Status.DEADLINE || gap[b] <= allowed) {
      return inner;
    }
    boolean atRest = inner != Status.ITERATION_LIMIT;
    boolean steepest = penalty[b] >= config.maxPenalty();
    stuck[b] = steepest && !(gap[b] <= FALLS * before) ? stuck[b] + 1 : 0;
    if (atRest && stuck[b] >= ROUNDS_AT_REST) {
      return isBroken(b) ? Status.INFEASIBLE : Status.STALLED;
    }
    if (round < config.maxRounds()) {
      return null;
    }
    return atRest && stuck[b] > 0 && isBroken(b) ? Status.INFEASIBLE : Status.ITERATION_LIMIT;
  }

  /** Whether a violation is more than rounding. */
  private boolean isBroken(int b) {
    return violation[b] > Math.max(allowed, Feasibility.allowed(dtype));
  }
}
