package dev.difftop.learner.imitation.diffusion;

import dev.difftop.learner.imitation.base.Optimizers;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.testkit.LearnerContract;

final class DiffusionLearnerTest extends LearnerContract<DiffusionConfig> {
  @Override
  protected LearnerProvider<DiffusionConfig> provider() {
    return new DiffusionProvider();
  }

  @Override
  protected DiffusionConfig config() {
    return new DiffusionConfig(
        4,
        DiffusionConfig.Denoiser.UNET,
        8,
        1,
        new int[] {4, 8},
        3,
        4,
        DiffusionConfig.Objective.EPSILON,
        5,
        DiffusionConfig.Sampler.DDPM,
        3,
        true,
        2,
        4,
        2,
        NormalizerKind.MIN_MAX,
        NormalizerKind.MIN_MAX,
        0.75,
        Optimizers.averaged(),
        0.2);
  }

  @Override
  protected Learner newLearner(DiffusionConfig config, LearnerContext context) {
    return new DiffusionLearner(config, context);
  }
}
