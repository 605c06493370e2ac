package dev.difftop.learner.imitation.implicit;

import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.testkit.LearnerContract;

final class ImplicitCloningLearnerTest extends LearnerContract<ImplicitCloningConfig> {
  @Override
  protected LearnerProvider<ImplicitCloningConfig> provider() {
    return new ImplicitCloningProvider();
  }

  @Override
  protected ImplicitCloningConfig config() {
    return new ImplicitCloningConfig(
        4,
        new int[] {6, 5},
        dev.difftop.networks.Activation.RELU,
        6,
        1e-3,
        ImplicitCloningConfig.Search.DFO,
        16,
        3,
        0.03,
        0.1,
        ImplicitCloningConfig.Choice.DRAWN,
        2,
        1,
        1,
        NormalizerKind.MIN_MAX,
        NormalizerKind.MIN_MAX,
        Optimizers.averaged(),
        0.2);
  }

  @Override
  protected Learner newLearner(ImplicitCloningConfig config, LearnerContext context) {
    return new ImplicitCloningLearner(config, context);
  }
}
