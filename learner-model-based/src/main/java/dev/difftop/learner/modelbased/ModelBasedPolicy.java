package dev.difftop.learner.modelbased;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.PlanningModel;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Plans with the learned model at every step and executes the first action. */
final class ModelBasedPolicy implements Policy {
  final PlanningModel model;
  final PolicySignature signature;
  final ActingSettings acting;
  final ModelBasedConfig config;
  final Function<ProblemSpec, Solver> solvers;
  final Supplier<ActingValues> values;

  /**
   * A policy.
   *
   * @param solvers makes a solver for a problem
   * @param values of the schedules, read at the start of every episode
   */
  ModelBasedPolicy(
      PlanningModel model,
      PolicySignature signature,
      ActingSettings acting,
      ModelBasedConfig config,
      Function<ProblemSpec, Solver> solvers,
      Supplier<ActingValues> values) {
    this.model = model;
    this.signature = signature;
    this.acting = acting;
    this.config = config;
    this.solvers = solvers;
    this.values = values;
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
