package dev.difftop.learner.modelbased.learning;

import dev.difftop.api.Chosen;
import dev.difftop.api.Sampling;
import dev.difftop.api.Solver;
import dev.difftop.learner.modelbased.ActingMode;
import dev.difftop.learner.modelbased.ModelBasedConfig;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learner.modelbased.PolicyGradientSettings;
import dev.difftop.learner.modelbased.PolicyGradientSettings.Source;
import dev.difftop.learner.modelbased.acting.ExtendedState;
import dev.difftop.learner.modelbased.gradient.PolicyGradient;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.OptimizerSettings;
import java.util.ArrayList;
import java.util.List;

/** Checks of what ranges of settings cannot say, before anything runs. */
final class ModelBasedChecks {
  private final ModelBasedConfig config;
  private final LearnerContext context;
  private final PlanningModel model;

  ModelBasedChecks(ModelBasedConfig config, LearnerContext context, PlanningModel model) {
    this.config = config;
    this.context = context;
    this.model = model;
  }

  /**
   * Checks all of them.
   *
   * @throws IllegalArgumentException if settings contradict each other, or parts do not fit
   */
  void run() {
    config.actingHorizon().check(model.spec().horizon());
    List<ActingMode> modes = new ArrayList<>(List.of(ActingMode.first(config, context)));
    ActingMode.afterSwitch(config, context).ifPresent(modes::add);
    PlanningModel planned =
        ExtendedState.planning(model, model.spec().horizon(), config.freesLastAction());
    modes.forEach(mode -> check(mode, planned));
    if (config.policyGradient().weight() > 0) {
      check(config.policyGradient(), modes.get(modes.size() - 1), planned);
    }
  }

  private static void check(ActingMode mode, PlanningModel planned) {
    if (mode.start() == Start.BASE) {
      String key =
          mode.solverKey().startsWith("policy")
              ? "policy.acting.start"
              : "learner.planner-switch.start";
      throw new IllegalArgumentException(
          key + ": found base, expected another: learner model-based has no base");
    }
    try (Solver solver = mode.solvers().make(planned.spec(), 1)) {
      if (mode.needsSampling() && !(solver instanceof Sampling)) {
        throw new IllegalArgumentException(
            "executed: drawn and noise: planner need a solver that samples; found one that does"
                + " not: "
                + mode.solverKey());
      }
    }
  }

  private void check(PolicyGradientSettings gradient, ActingMode acting, PlanningModel planned) {
    if (config.model().observationValue() == 0) {
      throw new IllegalArgumentException(
          "learner.policy-gradient.weight: found %s with learner.model.observation-value 0: there are no critics of observations to follow; set it above 0"
              .formatted(gradient.weight()));
    }
    gradient.optimizer().ifPresent(ModelBasedChecks::checkNotAveraged);
    ActingMode mode =
        gradient.source() == Source.EPISODE ? ofEpisodes(gradient, acting) : replayed(gradient);
    try (Solver solver = mode.solvers().make(planned.spec(), 1)) {
      // Refuses an impossible pair; the parts are made again when they are needed.
      context.newAdjoint(solver, planned.spec()).close();
    }
  }

  private static void checkNotAveraged(OptimizerSettings settings) {
    if (settings.averaging() > 0) {
      throw new IllegalArgumentException(
          "learner.policy-gradient.optimizer.averaging: found %s, expected 0; set learner.averaging"
              .formatted(settings.averaging()));
    }
  }

  private ActingMode replayed(PolicyGradientSettings gradient) {
    PolicyGradient.refusal(gradient.start())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    if (gradient.states() > config.model().batch()) {
      throw new IllegalArgumentException(
          "learner.policy-gradient.states: found %d, expected at most learner.model.batch %d"
              .formatted(gradient.states(), config.model().batch()));
    }
    Chosen<Solver> solver = gradient.solver().orElse(context.policy().solver());
    return gradient.mode(solver, context);
  }

  private static ActingMode ofEpisodes(PolicyGradientSettings gradient, ActingMode acting) {
    if (gradient.optimizer().isEmpty()) {
      throw new IllegalArgumentException(
          "learner.policy-gradient.optimizer: found none with source: episode, whose gradient takes a step of its own; name one, such as {learning-rate: 1e-3}");
    }
    if (gradient.solver().isPresent()) {
      throw new IllegalArgumentException(
          "learner.policy-gradient.solver: found %s with source: episode, which differentiates the plans that are acted on; leave it out, or set source: replay"
              .formatted(gradient.solver().get().name()));
    }
    if (acting.executed() == Executed.DRAWN) {
      throw new IllegalArgumentException(
          "learner.policy-gradient.source: found episode with executed: drawn, expected executed: best: the action that is executed is differentiated");
    }
    return acting;
  }
}
