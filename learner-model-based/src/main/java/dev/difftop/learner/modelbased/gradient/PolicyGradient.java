package dev.difftop.learner.modelbased.gradient;

import dev.difftop.api.Chosen;
import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learner.modelbased.PolicyGradientSettings;
import dev.difftop.learner.modelbased.acting.Planner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.TightSolver;
import dev.difftop.learning.replay.ReplaySample;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The policy gradient through plans from replayed states, {@code L = -w mean_s min(Q̃1, Q̃2)(s,
 * a*_0(s))}. Wan, Wang, Wang, Erickson, Held, "DiffTORI", 2024, equation 6.
 */
public final class PolicyGradient implements AutoCloseable {
  private static final int AUDITED = 2;
  private static final int AUDITED_ENTRIES = 4;
  private static final double AUDIT_STEP = 1e-6;

  private final LearnerContext context;
  private final Chosen<Solver> solver;
  private final ModelUpdate update;
  private final PolicyGradientSettings settings;
  private final Planner planner;
  private final PlanGradient gradient;
  private final int horizon;
  private final double weight;

  /**
   * A gradient for one planning horizon.
   *
   * @param update with critics of observations
   * @param lastActionFree whether plans decide on their last action too
   * @throws IllegalArgumentException if the solver cannot be differentiated
   */
  public PolicyGradient(
      ModelUpdate update,
      PolicyGradientSettings settings,
      int horizon,
      boolean lastActionFree,
      LearnerContext context) {
    this.context = context;
    this.solver = settings.solver().orElse(context.policy().solver());
    this.update = update;
    this.settings = settings;
    this.horizon = horizon;
    PlanningModel model = update.world().planning();
    this.weight = settings.weight() / model.spec().horizon();
    this.planner =
        Planner.of(
            model,
            horizon,
            lastActionFree,
            settings.mode(solver, context),
            settings.states(),
            context.run().threads());
    this.gradient = new PlanGradient(update, planner, settings.states(), context);
  }

  /** Horizon of its plans, without a last action of their own. */
  public int horizon() {
    return horizon;
  }

  /**
   * Adds the gradient on the first states of the batch that the update was given.
   *
   * @param clip largest norm of what is added; 0 for any
   * @param random what starts and solvers draw from
   */
  public PlanGradient.Report addTo(GradientArrays sums, double clip, RandomStream random) {
    update.world().planning().observations().keySet().forEach(this::takeFirstStates);
    Problem problem = gradient.problem(random.child("pair"));
    Array guess = planner.start().guess(problem, random.child("start"));
    Solution solution =
        planner.solver().solve(problem, guess, Deadline.none(), random.child("solve"));
    return gradient.addTo(sums, problem, solution, weight, clip);
  }

  private void takeFirstStates(String name) {
    Array all = update.observations(name);
    int sequence = all.size() / all.shape().dim(0);
    int one = sequence / all.shape().dim(1);
    float[] row = new float[one];
    for (int b = 0; b < settings.states(); b++) {
      all.read(b * sequence, row, 0, one);
      for (CompiledProgram program : gradient.readers()) {
        program.input(name).write(b * one, row, 0, one);
      }
    }
  }

  /**
   * Compares this gradient with differences of problems that are solved again, from the first
   * states of sequences, in float64.
   *
   * @param drawn sequences of experience
   */
  public GradientAudit.Report audit(ReplaySample drawn, RandomStream random) {
    try (ReplayedPlans plans = plans(drawn, AUDITED);
        Solver tight = context.newSolver(TightSolver.of(solver), planner.model().spec())) {
      Problem problem = plans.problem();
      Solution solution = planner.solver().solve(problem, problem.zeroGuess());
      return new GradientAudit(plans.at(solution), tight, AUDITED_ENTRIES, AUDIT_STEP)
          .compare(Map.of("configured", gradient.adjoint()), random);
    }
  }

  /**
   * Plans from the first states of sequences, in float64, with this loss.
   *
   * @param drawn sequences of experience, at least {@code samples}
   */
  public ReplayedPlans plans(ReplaySample drawn, int samples) {
    return new ReplayedPlans(update, planner, solver, drawn.observations(), samples, weight);
  }

  /** Why plans from replayed states cannot start so; empty if they can. */
  public static Optional<String> refusal(Start start) {
    return start == Start.POLICY || start == Start.ZERO || start == Start.RANDOM
        ? Optional.empty()
        : Optional.of(
            "learner.policy-gradient.start: found %s, expected policy, zero or random: replayed"
                    .formatted(start.name().toLowerCase(Locale.ROOT))
                + " states have no plan before them");
  }

  @Override
  public void close() {
    gradient.close();
    planner.close();
  }
}
