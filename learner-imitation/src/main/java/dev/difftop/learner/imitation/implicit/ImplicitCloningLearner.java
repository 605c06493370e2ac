package dev.difftop.learner.imitation.implicit;

import dev.difftop.learner.imitation.base.CloningLearner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.DemonstrationWindows;
import dev.difftop.learning.data.WindowSpan;
import jakarta.inject.Inject;
import java.util.stream.Collectors;

/**
 * Implicit behavioral cloning: an energy of observations and actions, trained to tell demonstrated
 * actions from uniform ones; acting searches for an action of low energy. Florence et al.,
 * "Implicit behavioral cloning", 2021. Negatives are uniform with either search.
 */
public final class ImplicitCloningLearner extends CloningLearner {
  static final String CONSTANT = "constant-actions";

  private final String constant;

  /**
   * A learner at step 0.
   *
   * @throws IllegalArgumentException if settings, data and environment do not fit each other
   * @throws dev.difftop.api.DataException if the data cannot be read or are not finite
   */
  @Inject
  public ImplicitCloningLearner(ImplicitCloningConfig config, LearnerContext context) {
    this(
        config,
        context,
        new DemonstrationWindows(
            context,
            new DemonstrationWindows.Settings(
                WindowSpan.of(config.history(), config.chunk()),
                config.batch(),
                config.validation(),
                config.observationNormalizer(),
                config.actionNormalizer())));
  }

  private ImplicitCloningLearner(
      ImplicitCloningConfig config, LearnerContext context, DemonstrationWindows windows) {
    this(
        config,
        context,
        windows,
        new ImplicitCloningModel(config, context, context.signature(), windows.constantActions()));
  }

  private ImplicitCloningLearner(
      ImplicitCloningConfig config,
      LearnerContext context,
      DemonstrationWindows windows,
      ImplicitCloningModel model) {
    super(
        context,
        windows,
        model,
        model.execution(),
        config.optimizer(),
        AveragingSchedule.CONSTANT,
        config.batch());
    this.constant =
        windows.constantActions().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @Override
  protected PolicyState attributed(PolicyState state) {
    return state.with(CONSTANT, constant);
  }
}
