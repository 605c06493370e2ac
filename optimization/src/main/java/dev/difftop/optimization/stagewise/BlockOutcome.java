package dev.difftop.optimization.stagewise;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.optimization.SampleResults;

/** What was found for the samples that are finished. Samples are stored by different threads. */
public final class BlockOutcome {
  private final SampleResults results;
  private final double[] actions;
  private final double[] states;
  private final double[] cost;
  private final double[] stationarity;
  private final double[] feedback;
  private final double[] feedforward;

  /** Nothing yet. */
  public BlockOutcome(ProblemSpec spec, int batch) {
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

  /** Which samples are finished, and how. */
  public SampleResults results() {
    return results;
  }

  /** Takes what a lane holds and empties the lane. */
  public void store(SampleBlock b, int lane) {
    b.write(b.current.actions, lane, actions);
    b.write(b.current.states, lane, states);
    b.write(b.gains.feedback, lane, feedback);
    b.write(b.gains.feedforward, lane, feedforward);
    storeNumbers(b, lane);
  }

  private void storeNumbers(SampleBlock b, int lane) {
    int sample = b.progress.samples[lane];
    cost[sample] = b.current.cost[lane];
    stationarity[sample] = b.progress.stationarity[lane];
    b.progress.samples[lane] = -1;
  }

  /** Takes what four lanes beside each other hold and empties them. */
  void storeFour(SampleBlock b, int first) {
    b.writeFour(b.current.actions, first, actions);
    b.writeFour(b.current.states, first, states);
    b.writeFour(b.gains.feedback, first, feedback);
    b.writeFour(b.gains.feedforward, first, feedforward);
    for (int lane = first; lane < first + 4; lane++) {
      storeNumbers(b, lane);
    }
  }

  /** All of it, once all samples are stored. */
  public Solution solution(ProblemSpec spec) {
    return Solution.of(cost.length, spec.horizon(), spec.stateSize(), spec.actionSize())
        .actions(actions)
        .states(states)
        .cost(cost)
        .status(results.status())
        .iterations(results.iterations())
        .stationarity(stationarity)
        .gains(feedback, feedforward)
        .build();
  }
}
