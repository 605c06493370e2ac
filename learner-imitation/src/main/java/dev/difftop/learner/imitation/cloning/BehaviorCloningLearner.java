package dev.difftop.learner.imitation.cloning;

import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.data.DemonstrationWindows;
import jakarta.inject.Inject;

/**
 * Behavior cloning: a network from observations to actions or their distribution. The plain
 * baseline of imitation. Pomerleau, "ALVINN", 1989; with a mixture as Mandlekar et al., "What
 * matters in learning from offline human demonstrations", 2021; chunks as Zhao et al., "Learning
 * fine-grained bimanual manipulation", 2023.
 */
public final class BehaviorCloningLearner extends CloningLearner {
  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if settings, data and environment do not fit each other
   * @throws dev.difftop.api.DataException if the data cannot be read or are not finite
   */
  @Inject
  public BehaviorCloningLearner(BehaviorCloningConfig config, LearnerContext context) {
    this(config, context, new BehaviorCloningModel(config, context, context.signature()));
  }

  private BehaviorCloningLearner(
      BehaviorCloningConfig config, LearnerContext context, BehaviorCloningModel model) {
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
        AveragingSchedule.CONSTANT,
        config.batch());
  }
}
