package dev.difftop.learner.modelbased;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.model.ActingSettings.Start;
import java.util.Optional;
import java.util.function.Function;

/**
 * A way to act: what plans, where solves start, what is executed.
 *
 * @param solverKey where the solver is configured, for messages
 * @param solvers makes a solver for a problem
 * @param start where solves start
 * @param startNoise deviation of noise on the policy's actions there
 * @param executed which planned action is executed
 * @param noise on executed actions of training
 */
public record ActingMode(
    String solverKey,
    Function<ProblemSpec, Solver> solvers,
    Start start,
    double startNoise,
    Executed executed,
    Noise noise) {

  /** The mode from the first planned episode on. */
  public static ActingMode first(ModelBasedConfig config, LearnerContext context) {
    return new ActingMode(
        "policy.solver",
        context::newSolver,
        context.policy().acting().start(),
        0,
        config.executed(),
        config.exploration().noise());
  }

  /** The mode after the switch, if there is one. */
  public static Optional<ActingMode> afterSwitch(ModelBasedConfig config, LearnerContext context) {
    return config
        .plannerSwitch()
        .map(
            s ->
                new ActingMode(
                    "learner.planner-switch.solver",
                    spec -> context.newSolver(s.solver(), spec),
                    s.start(),
                    s.startNoise(),
                    s.executed(),
                    s.noise()));
  }

  /** Whether it needs a solver that samples. */
  public boolean needsSampling() {
    return executed == Executed.DRAWN || noise == Noise.PLANNER;
  }
}
