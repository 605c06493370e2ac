package dev.difftop.optimization.stagewise;

/** Trajectories of the samples of a block: states x_t (nx), actions u_t (nu), cost J. */
public final class Trajectory {
  final double[][][] states;
  final double[][][] actions;

  /** The same numbers as [x_t; u_t], (n), at the end x_H alone. */
  final double[][][] stages;

  /**
   * Derivatives of the costs in [x_t; u_t], at the end in x_H: what a rollout of a linear-quadratic
   * problem computes on its way. Empty for any other problem.
   */
  double[][][] stageGradients = {};

  final double[] cost;

  Trajectory(int horizon, int nx, int nu, int width) {
    this.states = new double[horizon + 1][nx][width];
    this.actions = new double[horizon][nu][width];
    this.stages = Lanes.joined(states, actions);
    this.cost = new double[width];
  }

  /** J of a lane. */
  public double cost(int lane) {
    return cost[lane];
  }

  void keepStageGradients() {
    stageGradients = new double[stages.length][][];
    for (int t = 0; t < stageGradients.length; t++) {
      stageGradients[t] = Lanes.entries(stages[t].length, cost.length);
    }
  }

  /** Takes over what follows from the actions, in the chosen lanes. */
  void takeStates(boolean[] chosen, Trajectory from, int lanes) {
    Lanes.copyChosen(cost, from.cost, chosen, lanes);
    Lanes.copyChosen(states, from.states, chosen, lanes);
    Lanes.copyChosen(stageGradients, from.stageGradients, chosen, lanes);
  }

  /** Takes over the chosen lanes, entry by entry: what lies side by side is read at once. */
  void take(boolean[] chosen, Trajectory from, int lanes) {
    takeStates(chosen, from, lanes);
    Lanes.copyChosen(actions, from.actions, chosen, lanes);
  }

  void take(int lane, Trajectory from, int fromLane) {
    cost[lane] = from.cost[fromLane];
    Lanes.copyLane(actions, lane, from.actions, fromLane);
    Lanes.copyLane(states, lane, from.states, fromLane);
    Lanes.copyLane(stageGradients, lane, from.stageGradients, fromLane);
  }

  /** Keeps the mark of lanes whose actions are all zero. */
  void keepZero(boolean[] marks, int lanes) {
    for (double[][] stage : actions) {
      for (double[] action : stage) {
        for (int l = 0; l < lanes; l++) {
          marks[l] &= action[l] == 0;
        }
      }
    }
  }
}
