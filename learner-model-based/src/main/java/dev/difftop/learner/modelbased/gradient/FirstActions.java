package dev.difftop.learner.modelbased.gradient;

import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;

/** First actions of plans, (B, nu) of (B, H, nu). */
final class FirstActions {
  private FirstActions() {}

  /** Copies them. */
  static void take(Solution solution, Array actions) {
    int nu = actions.shape().dim(1);
    int plan = solution.actions().shape().dim(1) * nu;
    double[] first = new double[nu];
    for (int b = 0; b < actions.shape().dim(0); b++) {
      solution.actions().read(b * plan, first, 0, nu);
      actions.write(b * nu, first, 0, nu);
    }
  }

  /** A derivative in them as one in whole plans, times a weight; the rest is 0. */
  static double[] cotangent(Solution solution, Array derivative, double weight) {
    int nu = derivative.shape().dim(1);
    int plan = solution.actions().shape().dim(1) * nu;
    double[] out = new double[solution.actions().size()];
    for (int i = 0; i < derivative.size(); i++) {
      out[i / nu * plan + i % nu] = weight * derivative.get(i);
    }
    return out;
  }

  /** Share of the plans whose first action lies on the bound in every component. */
  static double silentShare(Solution solution, int nu) {
    int batch = solution.status().length;
    int plan = solution.actions().size() / batch;
    int silent = 0;
    for (int b = 0; b < batch; b++) {
      boolean all = true;
      for (int i = 0; i < nu; i++) {
        all &= Math.abs(solution.actions().get(b * plan + i)) >= 1;
      }
      silent += all ? 1 : 0;
    }
    return silent / (double) batch;
  }
}
