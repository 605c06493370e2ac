package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solution;
import dev.difftop.optimization.Iterate;
import dev.difftop.optimization.StepListener;
import dev.difftop.optimization.StepRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the last steps of every sample, for gradients through the iterations. Entry j holds the
 * j-th kept step of each sample, whenever it took it.
 */
final class StepRecorder implements StepListener {
  private final int batch;
  private final int n;
  private final int most;
  private final List<Solution.Step> steps = new ArrayList<>();
  private final int[] count;

  /** With how many steps to keep at most; 0 records nothing. */
  StepRecorder(int batch, int n, int most) {
    this.batch = batch;
    this.n = n;
    this.most = most;
    this.count = new int[batch];
  }

  /** Samples of different threads share the list of steps. */
  @Override
  public synchronized void step(int b, Iterate at, StepRule rule) {
    if (most == 0 || !(rule instanceof DampedStep damped)) {
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
    step.damping()[b] = damped.lambda();
    step.taken()[b] = true;
    damped.markHeld(step.held(), b * n);
    for (int i = 0; i < n; i++) {
      step.actions()[b * n + i] = at.action(i);
      step.step()[b * n + i] = at.step(i);
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

  @Override
  public synchronized void stepBack(int b) {
    if (most > 0) {
      steps.get(--count[b]).taken()[b] = false;
    }
  }

  List<Solution.Step> steps() {
    return List.copyOf(steps);
  }
}
