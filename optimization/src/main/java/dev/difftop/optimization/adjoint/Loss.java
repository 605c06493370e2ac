package dev.difftop.optimization.adjoint;

import java.util.Arrays;

/**
 * The loss of a pull-back at the point that is differentiated: its derivatives in states and cost,
 * and the total one in the actions, through both.
 */
final class Loss {
  private final Cotangents given;
  private final int batch;

  /** dL/dx, (B, H + 1, nx); zeros where the loss reads no states. */
  final double[] states;

  /** dL/dJ, (B); zeros where the loss does not read the cost. */
  final double[] cost;

  /** dL/du, through states and cost, (B, n). */
  final double[] total;

  /**
   * A loss.
   *
   * @param cotangents finite, see {@link Cotangents#finite}
   */
  Loss(AdjointPrograms programs, Linearization at, Cotangents cotangents) {
    this.given = cotangents;
    this.batch = at.batch;
    this.states = orZeros(cotangents.states(), batch * programs.stateNumbers());
    this.cost = orZeros(cotangents.cost(), batch);
    this.total =
        cotangents.states() == null ? new double[at.u.length] : programs.through(at.u, states);
    for (int k = 0; k < total.length; k++) {
      total[k] += cotangents.actions() == null ? 0 : cotangents.actions()[k];
      double bar = cost[k / at.n];
      total[k] += bar == 0 ? 0 : bar * at.gradient[k];
    }
  }

  private static double[] orZeros(double[] values, int length) {
    return values == null ? new double[length] : values.clone();
  }

  /** Whether the total derivative of a sample is finite. */
  boolean isFinite(int b) {
    int n = total.length / batch;
    for (int k = b * n; k < (b + 1) * n; k++) {
      if (!Double.isFinite(total[k])) {
        return false;
      }
    }
    return true;
  }

  /** Silences the samples that are left out. */
  void leaveOut(SampleOutcomes outcomes) {
    for (int b = 0; b < batch; b++) {
      if (outcomes.isMasked(b)) {
        silence(states, b);
        silence(cost, b);
        silence(total, b);
      }
    }
  }

  private void silence(double[] values, int b) {
    int length = values.length / batch;
    Arrays.fill(values, b * length, (b + 1) * length, 0);
  }

  /** Whether leaves change it at fixed actions. */
  boolean isDirect() {
    return given.states() != null || given.cost() != null;
  }
}
