package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solution;
import dev.difftop.optimization.BoxQp;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the last steps of every sample, for gradients through the iterations. Entry j holds the
 * j-th kept step of each sample, whenever it took it.
 */
final class StepRecorder {
  private final int batch;
  private final int n;
  private final int most;
  private final List<Solution.Step> steps = new ArrayList<>();
  private final int[] count;
  private final boolean[] held;
  private final double[] damping;

  /** With how many steps to keep at most; 0 records nothing. */
  StepRecorder(int batch, int n, int most) {
    this.batch = batch;
    this.n = n;
    this.most = most;
    this.count = new int[batch];
    this.held = new boolean[batch * n];
    this.damping = new double[batch];
  }

  /** The model's minimiser of a sample, which may be taken or not. */
  void propose(int b, BoxQp qp, double lambda) {
    if (most == 0) {
      return;
    }
    damping[b] = lambda;
    java.util.Arrays.fill(held, b * n, (b + 1) * n, true);
    for (int i = 0; i < qp.freeCount(); i++) {
      held[b * n + qp.free(i)] = false;
    }
  }

  /** The sample goes from here to there. Samples of different threads share the list of steps. */
  synchronized void take(int b, double[] actions, double[] candidate) {
    if (most == 0) {
      return;
    }
    if (count[b] == most) {
      forgetFirst(b);
    }
    if (count[b] == steps.size()) {
      steps.add(
          new Solution.Step(
              new double[batch * n],
              new double[batch * n],
              new boolean[batch * n],
              new double[batch],
              new boolean[batch]));
    }
    Solution.Step step = steps.get(count[b]++);
    step.damping()[b] = damping[b];
    step.taken()[b] = true;
    System.arraycopy(held, b * n, step.held(), b * n, n);
    for (int i = b * n; i < (b + 1) * n; i++) {
      step.actions()[i] = actions[i];
      step.step()[i] = candidate[i] - actions[i];
    }
  }

  private void forgetFirst(int b) {
    for (int j = 1; j < count[b]; j++) {
      Solution.Step from = steps.get(j);
      Solution.Step to = steps.get(j - 1);
      System.arraycopy(from.actions(), b * n, to.actions(), b * n, n);
      System.arraycopy(from.step(), b * n, to.step(), b * n, n);
      System.arraycopy(from.held(), b * n, to.held(), b * n, n);
      to.damping()[b] = from.damping()[b];
    }
    count[b]--;
  }

  /** The sample's last step is undone. */
  synchronized void takeBack(int b) {
    if (most > 0) {
      steps.get(--count[b]).taken()[b] = false;
    }
  }

  List<Solution.Step> steps() {
    return List.copyOf(steps);
  }
}
