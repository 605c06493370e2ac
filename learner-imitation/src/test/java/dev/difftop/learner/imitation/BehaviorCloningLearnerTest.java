package dev.difftop.learner.imitation;

import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.testkit.LearnerContract;

final class BehaviorCloningLearnerTest extends LearnerContract<BehaviorCloningConfig> {
  @Override
  protected LearnerProvider<BehaviorCloningConfig> provider() {
    return new BehaviorCloningProvider();
  }

  @Override
  protected BehaviorCloningConfig config() {
    return new BehaviorCloningConfig(4, new int[] {6}, TinyContext.ADAMW, 0.2);
  }

  @Override
  protected Learner newLearner(BehaviorCloningConfig config, LearnerContext context) {
    return new BehaviorCloningLearner(config, context);
  }
}
