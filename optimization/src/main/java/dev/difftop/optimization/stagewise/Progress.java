package dev.difftop.optimization.stagewise;

import java.util.Arrays;

/**
 * Which samples the lanes of a block hold, which of them continue, and what is remembered of their
 * last step.
 */
public final class Progress {
  /** Which sample a lane holds; -1 for none. */
  final int[] samples;

  /** Lanes whose sample continues, those that are leaving included. */
  final boolean[] active;

  /** Lanes whose sample has ended and is stored once it has gains. */
  final boolean[] leaving;

  /** Largest |dJ/du| on the free set, under feedback where so marked; NaN if one is not finite. */
  final double[] stationarity;

  /** The same before the last step. */
  final double[] stationarityBefore;

  /** Whether only its gradient can decide on a lane's last step. */
  final boolean[] onTrial;

  /**
   * Whether a lane started from a trajectory that jumps and has not come near its optimum since.
   * Costates of such a trajectory of an unstable system are huge, and the dynamics' curvature,
   * which they weigh, is of no use.
   */
  final boolean[] far;

  /**
   * Whether a lane's derivatives are those under feedback, since rounding hides the others: {@link
   * Expansion#differentiateUnderFeedback}.
   */
  final boolean[] underFeedback;

  /** Iterations that a lane had done before the first that all do. */
  final int[] ahead;

  Progress(int width) {
    this.samples = new int[width];
    this.active = new boolean[width];
    this.leaving = new boolean[width];
    this.stationarity = new double[width];
    this.stationarityBefore = new double[width];
    this.onTrial = new boolean[width];
    this.far = new boolean[width];
    this.underFeedback = new boolean[width];
    this.ahead = new int[width];
    Arrays.fill(samples, -1);
  }

  /** Whether a lane's sample continues. */
  public boolean isActive(int lane) {
    return active[lane];
  }

  /** Largest free |dJ/du| of a lane. */
  public double stationarity(int lane) {
    return stationarity[lane];
  }

  /** Puts a sample into an empty lane. */
  void begin(int lane, int sample) {
    samples[lane] = sample;
    onTrial[lane] = false;
    far[lane] = false;
    underFeedback[lane] = false;
    ahead[lane] = 0;
  }

  /** All lanes that hold a sample continue. */
  void activate(int lanes) {
    Arrays.fill(leaving, false);
    for (int l = 0; l < lanes; l++) {
      active[l] = samples[l] >= 0;
    }
  }

  /** Whether a lane holds a sample. */
  boolean anySample(int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (samples[l] >= 0) {
        return true;
      }
    }
    return false;
  }

  void take(int lane, Progress from, int fromLane) {
    samples[lane] = from.samples[fromLane];
    onTrial[lane] = from.onTrial[fromLane];
    far[lane] = from.far[fromLane];
    underFeedback[lane] = from.underFeedback[fromLane];
    ahead[lane] = from.ahead[fromLane];
    stationarity[lane] = from.stationarity[fromLane];
    stationarityBefore[lane] = from.stationarityBefore[fromLane];
  }

  /** Whether any of the first lanes is marked. */
  static boolean any(boolean[] marks, int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (marks[l]) {
        return true;
      }
    }
    return false;
  }
}
