package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solver;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.model.ActingSettings.Start;
import java.util.Optional;

/**
 * A way to act: what plans, where solves start, what is executed.
 *
 * @param solverKey where the solver is configured, for messages
 * @param solvers makes solvers
 * @param start where solves start
 * @param startNoise deviation of noise on the policy's actions there
 * @param executed which planned action is executed
 * @param noise on executed actions of training
 */
public record ActingMode(
    String solverKey,
    Solvers solvers,
    Start start,
    double startNoise,
    Executed executed,
    Noise noise) {

  /** Makes solvers. */
  @FunctionalInterface
  public interface Solvers {
    /**
     * A solver for a problem.
     *
     * @param threads that it may use; its solutions do not depend on them
     */
    Solver make(ProblemSpec spec, int threads);
  }

  /** Solvers of a choice. */
  public static Solvers configured(Chosen<Solver> choice, LearnerContext context) {
    return (spec, threads) -> context.newSolver(choice, spec, threads);
  }

  /** The mode from the first planned episode on. */
  public static ActingMode first(ModelBasedConfig config, LearnerContext context) {
    return new ActingMode(
        "policy.solver",
        configured(context.policy().solver(), context),
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
                    configured(s.solver(), context),
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
