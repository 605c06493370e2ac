package dev.difftop.learner.imitation.base;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.data.DemonstrationWindows;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.data.WindowSpan;
import java.util.Map;
import java.util.Optional;

/**
 * How far planned actions are from demonstrated ones of held-out episodes, in the environment's
 * units: the mean over windows and components.
 */
public final class ValidationError {
  private static final int MOST_WINDOWS = 32;

  private final Normalizers normalizers;
  private final WindowSpan span;
  private final Execution execution;
  private final int actionSize;
  private final Optional<Map<String, Array>> batch;

  /** On windows of the held-out episodes, always the same. */
  public ValidationError(
      LearnerContext context, DemonstrationWindows windows, WindowSpan span, Execution execution) {
    this.normalizers = windows.normalizers();
    this.span = span;
    this.execution = execution;
    this.actionSize = context.signature().actionSize();
    this.batch = windows.validationBatch();
  }

  /** The windows; empty without held-out episodes. */
  Optional<Map<String, Array>> batch() {
    return batch;
  }

  /**
   * The mean distance.
   *
   * @param planner stays the caller's
   * @throws java.util.NoSuchElementException without held-out episodes
   */
  public double mean(ChunkPlanner planner, RandomStream random) {
    Map<String, Array> windows = batch.orElseThrow();
    Array actions = windows.get(DemonstrationWindows.ACTIONS);
    int samples = Math.min(MOST_WINDOWS, actions.shape().dim(0));
    // A policy with a memory plans once for every frame, others once for all.
    int plans = span.frames() / execution.frames();
    int executed = plans > 1 ? 1 : execution.execute();
    double sum = 0;
    double count = 0;
    for (int b = 0; b < samples; b++) {
      planner.reset(random.child(b));
      for (int plan = 0; plan < plans; plan++) {
        double mask = span.masked() ? mask(windows, b, plan) : 1;
        observe(windows, planner, b, plan);
        double[] chunk = planner.plan();
        for (int k = 0; k < executed; k++) {
          int at = (b * span.actions() + execution.first() + plan + k) * actionSize;
          sum += mask * distance(chunk, (execution.first() + k) * actionSize, actions, at);
          count += mask * actionSize;
        }
      }
    }
    return sum / count;
  }

  private double mask(Map<String, Array> windows, int sample, int row) {
    return windows.get(DemonstrationWindows.MASK).get(sample * span.actions() + row);
  }

  private void observe(Map<String, Array> windows, ChunkPlanner planner, int sample, int plan) {
    for (Map.Entry<String, Normalizer> o : normalizers.observations().entrySet()) {
      Array all = windows.get("obs/" + o.getKey());
      Array into = planner.observer().input("obs/" + o.getKey());
      float[] values = new float[into.size()];
      int stride = all.size() / all.shape().dim(0);
      all.read(sample * stride + plan * into.size(), values, 0, values.length);
      o.getValue().normalize(values);
      into.write(0, values, 0, values.length);
    }
  }

  private double distance(double[] planned, int from, Array expert, int at) {
    double[] action = normalizers.restoreAction(planned, from);
    double sum = 0;
    for (int j = 0; j < actionSize; j++) {
      sum += Math.abs(action[j] - expert.get(at + j));
    }
    return sum;
  }
}
