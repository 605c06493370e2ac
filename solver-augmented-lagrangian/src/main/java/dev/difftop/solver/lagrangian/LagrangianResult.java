package dev.difftop.solver.lagrangian;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import java.util.Optional;

/** What the rounds found, collected sample by sample. */
final class LagrangianResult {
  private final ProblemSpec spec;
  private final LimitCounts counts;
  private final int batch;
  private final double[] stationarity;
  private double[] feedback;
  private double[] feedforward;

  LagrangianResult(ProblemSpec spec, LimitCounts counts, int batch) {
    this.spec = spec;
    this.counts = counts;
    this.batch = batch;
    this.stationarity = new double[batch];
  }

  /** Takes what a sample's last round gave. */
  void take(int b, Solution found) {
    stationarity[b] = found.stationarity()[b];
    found.gains().ifPresent(gains -> take(b, gains));
  }

  private void take(int b, Solution.Gains gains) {
    feedback = copied(b, gains.feedback(), feedback);
    feedforward = copied(b, gains.feedforward(), feedforward);
  }

  private double[] copied(int b, Array from, double[] into) {
    double[] out = into == null ? new double[from.size()] : into;
    int length = from.size() / batch;
    from.read(b * length, out, b * length, length);
    return out;
  }

  Solution solution(
      double[] u, double[] states, double[] cost, LagrangianSamples samples, double discount) {
    Solution.Builder solution =
        Solution.of(batch, spec.horizon(), spec.stateSize(), spec.actionSize())
            .actions(u)
            .states(states)
            .cost(cost)
            .status(samples.status())
            .iterations(samples.iterations())
            .stationarity(stationarity)
            .multipliers(Optional.of(multipliers(samples, discount)));
    return (feedback == null ? solution : solution.gains(feedback, feedforward)).build();
  }

  /** In units of J: the inner problem discounts its terms like any cost. */
  private Solution.Multipliers multipliers(LagrangianSamples samples, double discount) {
    int stages = counts.horizon() * counts.stage();
    double[] ofStages = new double[batch * stages];
    double[] ofLast = new double[batch * counts.last()];
    for (int b = 0; b < batch; b++) {
      for (int j = 0; j < counts.all(); j++) {
        double mu = samples.multipliers()[b * counts.all() + j];
        double discounted = mu * Math.pow(discount, counts.time(j));
        if (j < stages) {
          ofStages[b * stages + j] = discounted;
        } else {
          ofLast[b * counts.last() + j - stages] = discounted;
        }
      }
    }
    return new Solution.Multipliers(
        Array.of(ofStages, batch, counts.horizon(), counts.stage()),
        Array.of(ofLast, batch, counts.last()),
        samples.violations());
  }
}
