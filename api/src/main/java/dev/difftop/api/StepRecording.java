package dev.difftop.api;

import java.util.Optional;

/**
 * What a {@link Solver} may be as well: one whose iteration is a differentiable step, so that a
 * gradient can go back through the iterations themselves. Its solutions then carry {@link
 * Solution#steps()}.
 */
public interface StepRecording {
  /**
   * From the next solve on, solutions carry their last steps. Memory: 17 bytes per action component
   * and step, for every sample.
   *
   * @param last how many at most; {@link Integer#MAX_VALUE} for all, 0 for none
   */
  void recordSteps(int last);

  /** Why the steps of this kind of problem are not differentiable; empty if they are. */
  Optional<String> recordingRefusal(ProblemSpec spec);
}
