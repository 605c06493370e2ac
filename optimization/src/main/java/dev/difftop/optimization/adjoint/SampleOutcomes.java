package dev.difftop.optimization.adjoint;

import dev.difftop.api.Solution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What becomes of every sample of a pull-back: its outcome, and whether it is left out. */
final class SampleOutcomes {
  private final BadSamples policy;
  private final Cotangents loss;
  private final Gradients.Sample[] samples;

  /**
   * Nothing judged yet.
   *
   * @param loss as it was given: a sample of which it is not finite is left out
   */
  SampleOutcomes(BadSamples policy, Cotangents loss, int batch) {
    this.policy = policy;
    this.loss = loss;
    this.samples = new Gradients.Sample[batch];
  }

  /**
   * Judges a sample.
   *
   * @param finite whether everything computed for it is finite
   * @param reached whether the point that is differentiated was found
   */
  void judge(
      int b,
      Solution solution,
      Linearization at,
      boolean finite,
      boolean reached,
      boolean definite,
      double curvature) {
    double stationarity = at.stationarity(b);
    Gradients.Outcome outcome = Gradients.Outcome.REGULAR;
    boolean given = !Double.isNaN(stationarity) && loss.isFinite(b, samples.length);
    if (!finite && given && !definite && !Double.isNaN(curvature)) {
      outcome = Gradients.Outcome.SINGULAR;
    } else if (!finite || !given) {
      outcome = Gradients.Outcome.NOT_FINITE;
    } else if (!solution.status(b).isConverged() || !reached) {
      outcome = Gradients.Outcome.NOT_CONVERGED;
    } else if (!definite && !loss.isZero(b, samples.length)) {
      outcome = Gradients.Outcome.INDEFINITE;
    }
    boolean masked =
        !finite
            || outcome == Gradients.Outcome.NOT_FINITE
            || (outcome != Gradients.Outcome.REGULAR && policy == BadSamples.MASK);
    samples[b] = sample(b, at, outcome, masked, curvature);
  }

  /**
   * Judges a sample of which the steps are differentiated, whether or not they led to a minimum.
   *
   * @param computed whether everything computed for it is finite
   */
  void judgeSteps(int b, Linearization at, boolean computed) {
    boolean finite =
        computed && !Double.isNaN(at.stationarity(b)) && loss.isFinite(b, samples.length);
    Gradients.Outcome outcome = finite ? Gradients.Outcome.REGULAR : Gradients.Outcome.NOT_FINITE;
    samples[b] = sample(b, at, outcome, !finite, Double.NaN);
  }

  private static Gradients.Sample sample(
      int b, Linearization at, Gradients.Outcome outcome, boolean masked, double curvature) {
    int from = b * at.functions;
    int limits = from + at.conditions.pieces();
    return new Gradients.Sample(
        outcome,
        masked,
        at.stationarity(b),
        curvature,
        at.saturated(b),
        Arrays.copyOfRange(at.weights, from, limits),
        Arrays.copyOfRange(at.weights, limits, from + at.functions));
  }

  boolean isMasked(int b) {
    return samples[b].masked();
  }

  /** Throws if the policy is to fail and there is reason to. */
  void failIfAsked() {
    if (policy != BadSamples.FAIL) {
      return;
    }
    List<Integer> bad = new ArrayList<>();
    for (int b = 0; b < samples.length; b++) {
      if (samples[b].outcome() != Gradients.Outcome.REGULAR) {
        bad.add(b);
      }
    }
    if (!bad.isEmpty()) {
      int first = bad.get(0);
      throw new IllegalStateException(
          "adjoint: samples %s are no regular minima (sample %d: %s, stationarity %.3g); solve to "
                  .formatted(bad, first, samples[first].outcome(), samples[first].stationarity())
              + "a tighter tolerance, see that the loss is finite, or choose the policy keep, mask"
              + " or truncated");
    }
  }

  /** For each sample itself, or the first that is not left out; null if all are. */
  int[] standIns() {
    int regular = -1;
    for (int b = samples.length - 1; b >= 0; b--) {
      regular = samples[b].masked() ? regular : b;
    }
    if (regular < 0) {
      return null;
    }
    int[] out = new int[samples.length];
    for (int b = 0; b < out.length; b++) {
      out[b] = samples[b].masked() ? regular : b;
    }
    return out;
  }

  Gradients.Sample[] samples() {
    return samples;
  }
}
