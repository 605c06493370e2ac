package dev.difftop.learner.imitation.cloning;

import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learner.imitation.base.Execution;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.data.DemonstrationWindows;
import jakarta.inject.Inject;

/**
 * Cloning by a recurrent network, which remembers what it has observed: BC-RNN of Mandlekar et al.,
 * "What matters in learning from offline human demonstrations for robot manipulation", 2021.
 */
public final class RecurrentCloningLearner extends CloningLearner {
  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if settings, data and environment do not fit each other
   * @throws dev.difftop.api.DataException if the data cannot be read or are not finite
   */
  @Inject
  public RecurrentCloningLearner(RecurrentCloningConfig config, LearnerContext context) {
    this(config, context, new RecurrentCloningModel(config, context, context.signature()));
  }

  private RecurrentCloningLearner(
      RecurrentCloningConfig config, LearnerContext context, RecurrentCloningModel model) {
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
        Execution.stepwise(),
        config.optimizer(),
        AveragingSchedule.CONSTANT,
        config.batch());
  }
}
