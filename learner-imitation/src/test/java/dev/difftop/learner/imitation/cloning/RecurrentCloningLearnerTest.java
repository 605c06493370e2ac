package dev.difftop.learner.imitation.cloning;

import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.testkit.LearnerContract;

final class RecurrentCloningLearnerTest extends LearnerContract<RecurrentCloningConfig> {
  @Override
  protected LearnerProvider<RecurrentCloningConfig> provider() {
    return new RecurrentCloningProvider();
  }

  @Override
  protected RecurrentCloningConfig config() {
    return new RecurrentCloningConfig(
        4,
        dev.difftop.networks.RecurrentNetwork.Cell.GRU,
        5,
        2,
        4,
        RecurrentCloningConfig.Reset.EVERY_SEQUENCE,
        Head.GAUSSIAN,
        2,
        1e-3,
        false,
        NormalizerKind.GAUSSIAN,
        NormalizerKind.MIN_MAX,
        Optimizers.averaged(),
        0.2);
  }

  @Override
  protected Learner newLearner(RecurrentCloningConfig config, LearnerContext context) {
    return new RecurrentCloningLearner(config, context);
  }
}
