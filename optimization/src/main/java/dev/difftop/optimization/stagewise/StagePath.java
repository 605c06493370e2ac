package dev.difftop.optimization.stagewise;

/** A trajectory: states x_t (nx), actions u_t (nu), cost J. */
public final class StagePath {
  final double[][][] states;
  final double[][][] actions;

  /** The same numbers as [x_t; u_t], (n), at the end x_H alone. */
  final double[][][] stages;

  /**
   * Slopes of the costs in [x_t; u_t], at the end in x_H: what a rollout of a linear-quadratic
   * problem finds on its way. Null of any other problem.
   */
  double[][][] slopes;

  /** J of each lane. */
  public final double[] cost;

  StagePath(int horizon, int nx, int nu, int width) {
    this.states = new double[horizon + 1][nx][width];
    this.actions = new double[horizon][nu][width];
    this.stages = Lanes.joined(states, actions);
    this.cost = new double[width];
  }

  void keepSlopes() {
    slopes = new double[stages.length][][];
    for (int t = 0; t < slopes.length; t++) {
      slopes[t] = Lanes.entries(stages[t].length, cost.length);
    }
  }

  /** Takes over what follows from the actions, in the chosen lanes. */
  void takeStates(boolean[] chosen, StagePath from, int lanes) {
    Lanes.copyChosen(cost, from.cost, chosen, lanes);
    Lanes.copyChosen(states, from.states, chosen, lanes);
    if (slopes != null) {
      Lanes.copyChosen(slopes, from.slopes, chosen, lanes);
    }
  }

  /** Takes over the chosen lanes, entry by entry: what lies side by side is read at once. */
  void take(boolean[] chosen, StagePath from, int lanes) {
    takeStates(chosen, from, lanes);
    Lanes.copyChosen(actions, from.actions, chosen, lanes);
  }

  void take(int lane, StagePath from, int fromLane) {
    cost[lane] = from.cost[fromLane];
    Lanes.copyLane(actions, lane, from.actions, fromLane);
    Lanes.copyLane(states, lane, from.states, fromLane);
    if (slopes != null) {
      Lanes.copyLane(slopes, lane, from.slopes, fromLane);
    }
  }
}
