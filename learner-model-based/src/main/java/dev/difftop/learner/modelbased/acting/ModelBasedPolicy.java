package dev.difftop.learner.modelbased.acting;

import dev.difftop.learner.modelbased.ActingMode;
import dev.difftop.learner.modelbased.ModelBasedConfig;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.PlanningModel;
import java.util.Optional;
import java.util.function.Supplier;

/** Plans with the learned model at every step and executes the first action. */
public final class ModelBasedPolicy implements Policy {
  public final PlanningModel model;
  public final PolicySignature signature;
  public final ActingSettings acting;
  public final ModelBasedConfig config;
  private final ActingMode first;
  private final Optional<ActingMode> afterSwitch;
  public final Supplier<ActingValues> values;

  /**
   * A policy.
   *
   * @param context makes solvers
   * @param values of the schedules, read at the start of every episode
   */
  public ModelBasedPolicy(
      PlanningModel model,
      PolicySignature signature,
      ModelBasedConfig config,
      LearnerContext context,
      Supplier<ActingValues> values) {
    this.model = model;
    this.signature = signature;
    this.acting = context.policy().acting();
    this.config = config;
    this.first = ActingMode.first(config, context);
    this.afterSwitch = ActingMode.afterSwitch(config, context);
    this.values = values;
  }

  /** How it acts in an episode that begins so. */
  public ActingMode mode(ActingValues at) {
    return config.isSwitched(at.agentStep()) ? afterSwitch.orElseThrow() : first;
  }

  @Override
  public PolicySignature signature() {
    return signature;
  }

  @Override
  public Actor actor() {
    return new ModelBasedActor(this, false);
  }

  @Override
  public Optional<Actor> explorer() {
    return Optional.of(new ModelBasedActor(this, true));
  }

  @Override
  public PolicyState state() {
    return values.get().addTo(PolicyState.of(signature, model.parameters().arrays()));
  }

  @Override
  public void close() {
    // Compiled programs and solvers belong to its actors.
  }
}
