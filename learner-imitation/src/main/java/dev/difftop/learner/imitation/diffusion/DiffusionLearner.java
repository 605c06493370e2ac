package dev.difftop.learner.imitation.diffusion;

import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.data.DemonstrationWindows;
import jakarta.inject.Inject;

/**
 * Diffusion policy: chunks of actions are denoised, given the last observations. Chi et al.,
 * "Diffusion policy: visuomotor policy learning via action diffusion", 2023; with flow matching as
 * one more objective.
 */
public final class DiffusionLearner extends CloningLearner {
  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if settings, data and environment do not fit each other
   * @throws dev.difftop.api.DataException if the data cannot be read or are not finite
   */
  @Inject
  public DiffusionLearner(DiffusionConfig config, LearnerContext context) {
    this(config, context, new DiffusionModel(config, context, context.signature()));
  }

  private DiffusionLearner(DiffusionConfig config, LearnerContext context, DiffusionModel model) {
    super(
        context,
        new DemonstrationWindows(
            context,
            new DemonstrationWindows.Settings(
                model.span(),
                config.batch(),
                config.validation(),
                config.observationNormalizer(),
                config.actionNormalizer())),
        model,
        model.execution(),
        config.optimizer(),
        averaging(config.averagingPower()),
        config.batch());
  }

  private static AveragingSchedule averaging(double power) {
    return power == 0
        ? AveragingSchedule.CONSTANT
        : (step, most) -> Math.min(most, 1 - Math.pow(1 + step, -power));
  }
}
