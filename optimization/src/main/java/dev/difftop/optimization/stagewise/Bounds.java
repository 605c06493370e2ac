package dev.difftop.optimization.stagewise;

/** The box of the actions of the samples of a block: bounds of u_t, (nu). */
final class Bounds {
  final double[][][] low;
  final double[][][] high;

  Bounds(int horizon, int nu, int width) {
    this.low = new double[horizon][nu][width];
    this.high = new double[horizon][nu][width];
  }

  void take(int lane, Bounds from, int fromLane) {
    Lanes.copyLane(low, lane, from.low, fromLane);
    Lanes.copyLane(high, lane, from.high, fromLane);
  }

  /** No bounds in one lane. */
  void open(int lane) {
    for (int t = 0; t < low.length; t++) {
      for (int i = 0; i < low[t].length; i++) {
        low[t][i][lane] = Double.NEGATIVE_INFINITY;
        high[t][i][lane] = Double.POSITIVE_INFINITY;
      }
    }
  }

  /** One component of one lane keeps its value. */
  void fix(int t, int i, int lane, double value) {
    low[t][i][lane] = value;
    high[t][i][lane] = value;
  }

  /** Moves actions (H, nu) of the lanes {@code from ... from + count} into the box. */
  void clamp(double[][][] actions, int from, int count) {
    for (int t = 0; t < low.length; t++) {
      for (int i = 0; i < low[t].length; i++) {
        double[] u = actions[t][i];
        for (int l = from; l < from + count; l++) {
          u[l] = Math.min(Math.max(u[l], low[t][i][l]), high[t][i][l]);
        }
      }
    }
  }

  /**
   * Moves actions that are what float32 makes of a bound onto it: rounded inwards, they would seem
   * to be free.
   */
  void takeRounded(double[][][] actions, int from, int count) {
    for (int t = 0; t < low.length; t++) {
      for (int i = 0; i < low[t].length; i++) {
        double[] u = actions[t][i];
        for (int l = from; l < from + count; l++) {
          if (u[l] == (float) low[t][i][l]) {
            u[l] = low[t][i][l];
          } else if (u[l] == (float) high[t][i][l]) {
            u[l] = high[t][i][l];
          }
        }
      }
    }
  }

  /** Keeps the mark of lanes whose trajectory has a finite cost and touches no bound. */
  void keepInside(boolean[] marks, Trajectory trajectory, int lanes) {
    for (int l = 0; l < lanes; l++) {
      marks[l] &= Double.isFinite(trajectory.cost[l]);
    }
    for (int t = 0; t < low.length; t++) {
      for (int i = 0; i < low[t].length; i++) {
        keepInside(marks, trajectory.actions[t][i], low[t][i], high[t][i], lanes);
      }
    }
  }

  private static void keepInside(
      boolean[] marks, double[] u, double[] low, double[] high, int lanes) {
    for (int l = 0; l < lanes; l++) {
      marks[l] &= u[l] > low[l] && u[l] < high[l];
    }
  }
}
