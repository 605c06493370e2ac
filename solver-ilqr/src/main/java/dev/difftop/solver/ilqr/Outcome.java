package dev.difftop.solver.ilqr;

import dev.difftop.api.Array;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.optimization.SampleResults;
import dev.difftop.optimization.stagewise.StageBlock;
import java.util.Optional;

/** What was found for the samples that are finished. Samples are stored by different threads. */
final class Outcome {
  private final SampleResults results;
  private final double[] actions;
  private final double[] states;
  private final double[] cost;
  private final double[] stationarity;
  private final double[] feedback;
  private final double[] feedforward;

  Outcome(ProblemSpec spec, int batch) {
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    this.results = new SampleResults(batch);
    this.actions = new double[batch * horizon * nu];
    this.states = new double[batch * (horizon + 1) * nx];
    this.cost = new double[batch];
    this.stationarity = new double[batch];
    this.feedback = new double[batch * horizon * nu * nx];
    this.feedforward = new double[batch * horizon * nu];
  }

  SampleResults results() {
    return results;
  }

  /** Takes what a lane holds and empties the lane. */
  void store(StageBlock b, int lane) {
    int sample = b.samples[lane];
    b.writeActions(lane, actions);
    b.writeStates(lane, states);
    b.writeGains(lane, feedback, feedforward);
    cost[sample] = b.path.cost[lane];
    stationarity[sample] = b.stationarity[lane];
    b.samples[lane] = -1;
  }

  Solution solution(ProblemSpec spec) {
    int batch = cost.length;
    int horizon = spec.horizon();
    int nx = spec.stateSize();
    int nu = spec.actionSize();
    return new Solution(
        Array.of(actions, batch, horizon, nu),
        Array.of(states, batch, horizon + 1, nx),
        cost,
        results.status(),
        results.iterations(),
        stationarity,
        Optional.of(
            new Solution.Gains(
                Array.of(feedback, batch, horizon, nu, nx),
                Array.of(feedforward, batch, horizon, nu))));
  }
}
