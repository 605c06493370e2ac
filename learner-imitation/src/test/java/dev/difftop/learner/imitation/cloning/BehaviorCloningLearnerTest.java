package dev.difftop.learner.imitation.cloning;

import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.testkit.LearnerContract;

final class BehaviorCloningLearnerTest extends LearnerContract<BehaviorCloningConfig> {
  @Override
  protected LearnerProvider<BehaviorCloningConfig> provider() {
    return new BehaviorCloningProvider();
  }

  @Override
  protected BehaviorCloningConfig config() {
    return new BehaviorCloningConfig(
        4,
        new int[] {6},
        dev.difftop.networks.Activation.ELU,
        Head.MIXTURE,
        2,
        1e-3,
        false,
        2,
        3,
        2,
        NormalizerKind.GAUSSIAN,
        NormalizerKind.MIN_MAX,
        Optimizers.averaged(),
        0.2);
  }

  @Override
  protected Learner newLearner(BehaviorCloningConfig config, LearnerContext context) {
    return new BehaviorCloningLearner(config, context);
  }
}
