package dev.difftop.learner.imitation.nearest;

import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.testkit.LearnerContract;

final class NearestLearnerTest extends LearnerContract<NearestConfig> {
  @Override
  protected LearnerProvider<NearestConfig> provider() {
    return new NearestProvider();
  }

  @Override
  protected NearestConfig config() {
    return new NearestConfig(
        3, NearestConfig.Combination.DRAWN, 2, 3, 2, NormalizerKind.GAUSSIAN, 0.2);
  }

  /** An update remembers a whole episode, of which the contract has few. */
  @Override
  protected int updates() {
    return 2;
  }

  @Override
  protected Learner newLearner(NearestConfig config, LearnerContext context) {
    return new NearestLearner(config, context);
  }
}
