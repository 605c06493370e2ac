package dev.difftop.optimization.stagewise;

import dev.difftop.api.Status;
import dev.difftop.optimization.ConvergenceCheck;
import java.util.Arrays;
import java.util.Optional;

/** Which samples of a block go on, and how the others end: what stagewise methods judge alike. */
public final class Verdicts {
  private final StageBlock b;
  private final ConvergenceCheck check;
  private final boolean keepsGains;
  private final boolean[] active;
  private final boolean[] leaving;
  private BlockOutcome outcome;

  /**
   * Verdicts on the lanes of a block.
   *
   * @param check which samples have converged
   * @param keepsGains whether a sample that ends otherwise keeps those of its last step
   */
  public Verdicts(StageBlock block, ConvergenceCheck check, boolean keepsGains) {
    this.b = block;
    this.check = check;
    this.keepsGains = keepsGains;
    this.active = new boolean[block.width];
    this.leaving = new boolean[block.width];
  }

  /** Begins with new samples. */
  public void begin(BlockOutcome into, int lanes) {
    outcome = into;
    beginIteration(lanes);
  }

  /** All lanes that hold a sample go on. */
  public void beginIteration(int lanes) {
    Arrays.fill(leaving, false);
    for (int l = 0; l < lanes; l++) {
      active[l] = b.samples[l] >= 0;
    }
  }

  /** Lanes that go on, those that are leaving included. */
  public boolean[] active() {
    return active;
  }

  /** Whether a lane is stored once it has gains. */
  public boolean isLeaving(int lane) {
    return leaving[lane];
  }

  /** Whether any of the first lanes is marked. */
  public static boolean any(boolean[] marks, int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (marks[l]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a sample has converged, has come to its limit, or its step on trial made it worse.
   *
   * @param limit how samples that go on end here; null if they do not
   */
  public void judge(int lane, int iteration, Status limit) {
    // dJ/du, not k: a large mu makes k small far from any minimum.
    double s = b.stationarity[lane];
    if (b.onTrial[lane] && !(s < b.stationarityBefore[lane])) {
      b.stepBack(lane);
      end(lane, Status.STALLED, iteration);
      return;
    }
    b.onTrial[lane] = false;
    Optional<Status> ended = check.check(b.path.cost[lane], s);
    if (ended.isPresent() && !ended.get().isConverged()) {
      end(lane, ended.get(), iteration);
    } else if (ended.isPresent() || limit != null) {
      leave(lane, ended.orElse(limit), iteration);
    }
  }

  /** Ends a sample as it is. */
  public void end(int lane, Status how, int iteration) {
    if (!keepsGains) {
      b.clearGains(lane);
    }
    outcome.results().finish(b.samples[lane], how, iteration + b.ahead[lane]);
    store(lane);
  }

  /** Ends a sample once it has its gains. */
  private void leave(int lane, Status how, int iteration) {
    leaving[lane] = true;
    // The gains of a result are not damped, unless there are none without.
    b.mu[lane] = 0;
    outcome.results().finish(b.samples[lane], how, iteration + b.ahead[lane]);
  }

  /** Stores a lane whose sample has ended. */
  public void store(int lane) {
    active[lane] = false;
    leaving[lane] = false;
    outcome.store(b, lane);
  }

  /** Stores the lanes that are leaving. */
  public void storeLeaving(int lanes) {
    for (int l = 0; l < lanes; l++) {
      leaving[l] &= active[l];
    }
    store(leaving, lanes);
  }

  /** Stores marked lanes, whose samples have ended; four beside each other at once. */
  public void store(boolean[] marks, int lanes) {
    for (int l = 0; l < lanes; l++) {
      if (l + 4 <= lanes && marks[l] && marks[l + 1] && marks[l + 2] && marks[l + 3]) {
        outcome.storeFour(b, l);
        Arrays.fill(active, l, l + 4, false);
        Arrays.fill(leaving, l, l + 4, false);
        l += 3;
      } else if (marks[l]) {
        store(l);
      }
    }
  }
}
