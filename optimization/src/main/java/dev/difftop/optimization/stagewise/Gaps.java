package dev.difftop.optimization.stagewise;

import java.util.Arrays;

/**
 * Jumps between the stages of nominal trajectories that the dynamics do not lead along (multiple
 * shooting): what the dynamics lead to beyond the next state. A lane with jumps is open.
 */
final class Gaps {
  private final int horizon;
  private final int nx;
  private final int width;
  private final boolean[] open;
  private double[][][] memory = {};
  private boolean any;

  Gaps(int horizon, int nx, int width) {
    this.horizon = horizon;
    this.nx = nx;
    this.width = width;
    this.open = new boolean[width];
  }

  /** Whether any lane may be open, so that {@link #entries} count. */
  boolean any() {
    return any;
  }

  boolean isOpen(int lane) {
    return open[lane];
  }

  /** Gaps of stage t, (nx). */
  double[][][] entries() {
    return memory;
  }

  /** The entries, all zero if no lane was open before. */
  double[][][] make() {
    if (!any) {
      any = true;
      if (memory.length == 0) {
        memory = new double[horizon][nx][width];
      }
      for (double[][] stage : memory) {
        for (double[] entry : stage) {
          Arrays.fill(entry, 0);
        }
      }
    }
    return memory;
  }

  void open(int lane) {
    open[lane] = true;
    make();
  }

  /** A lane's trajectory does not jump any more. */
  void close(int lane) {
    open[lane] = false;
    for (double[][] stage : memory) {
      Lanes.clearLane(stage, lane);
    }
  }

  /** No lane is open, whatever the entries hold. */
  void reset() {
    Arrays.fill(open, false);
    any = false;
  }

  /** A lane begins without a gap; what its entries hold is cleared when gaps are made. */
  void begin(int lane) {
    open[lane] = false;
  }

  /** Forgets about gaps once no lane is open. */
  void dropClosed() {
    for (boolean isOpen : open) {
      if (isOpen) {
        return;
      }
    }
    any = false;
  }

  void take(int lane, Gaps from, int fromLane) {
    open[lane] = from.open[fromLane];
    takeEntries(lane, from, fromLane);
  }

  private void takeEntries(int lane, Gaps from, int fromLane) {
    if (from.any) {
      Lanes.copyLane(make(), lane, from.memory, fromLane);
    }
  }

  /** Takes over one lane for a backward pass; without gaps there are none in any lane. */
  void takeForPass(int lane, Gaps from, int fromLane) {
    if (from.any) {
      takeEntries(lane, from, fromLane);
    } else {
      any = false;
    }
  }

  /** Makes gaps of what the dynamics lead to; lanes that are not open have none. */
  void subtractNextStates(double[][][] states, int lanes) {
    for (int t = 0; t < horizon; t++) {
      for (int i = 0; i < nx; i++) {
        for (int l = 0; l < lanes; l++) {
          memory[t][i][l] = open[l] ? memory[t][i][l] - states[t + 1][i][l] : 0;
        }
      }
    }
  }
}
