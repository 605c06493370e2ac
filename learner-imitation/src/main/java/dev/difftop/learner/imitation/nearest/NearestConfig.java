package dev.difftop.learner.imitation.nearest;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.data.NormalizerKind;

/** Settings of {@link NearestLearner}. */
public record NearestConfig(
    @Doc("k, demonstrated windows that are nearest to what is observed")
        @Range(min = 1)
        @Default("1")
        int neighbors,
    @Doc("what is made of k windows: mean, of their actions; drawn, the actions of one by chance")
        @Default("mean")
        Combination combination,
    @Doc("observations that are compared, the last ones") @Range(min = 1) @Default("1") int history,
    @Doc("actions of a window") @Range(min = 1) @Default("1") int chunk,
    @Doc("actions of a window that are executed before the next comparison")
        @Range(min = 1)
        @Default("1")
        int execute,
    @Doc("scaling of observations: gaussian, min-max, none") @Default("gaussian")
        NormalizerKind observationNormalizer,
    @Doc("share of the episodes, the last ones, that is held out for validation")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation) {
  /** What is made of k windows. */
  public enum Combination {
    /** The mean of their actions. */
    MEAN,
    /** The actions of one of them by chance. */
    DRAWN
  }
}
