package dev.difftop.learning.model;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.PolicyRollout;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Acts by solving the trajectory problem at every step and executing its first action. {@link
 * ActingSettings} say where every solve starts and until when it may go on.
 */
public final class PlanningPolicy implements Policy {
  private final PlanningModel model;
  private final Solver solver;
  private final Normalizers normalizers;
  private final ActingSettings acting;
  private final Optional<Policy> base;
  private final LongSupplier clock;
  private final CompiledProgram encoding;
  private final Optional<CompiledProblem> rollout;
  private final Array low;
  private final Array high;
  private final Array guess;
  private long solves;
  private long converged;

  /**
   * A policy.
   *
   * @param warmStart whether a solve starts from the last plan, shifted; else from zero
   */
  public PlanningPolicy(
      PlanningModel model, Solver solver, Normalizers normalizers, boolean warmStart) {
    this(
        model,
        solver,
        normalizers,
        ActingSettings.from(warmStart ? Start.SHIFTED : Start.ZERO),
        Optional.empty());
  }

  /**
   * A policy.
   *
   * @param base the policy that {@link Start#BASE} starts from; not closed by this one
   * @throws IllegalArgumentException if there is nothing to start from: no base policy, or a cost
   *     without a head {@code policy}
   */
  public PlanningPolicy(
      PlanningModel model,
      Solver solver,
      Normalizers normalizers,
      ActingSettings acting,
      Optional<Policy> base) {
    this(model, solver, normalizers, acting, base, System::nanoTime);
  }

  /** As above, with the clock that deadlines look at. */
  PlanningPolicy(
      PlanningModel model,
      Solver solver,
      Normalizers normalizers,
      ActingSettings acting,
      Optional<Policy> base,
      LongSupplier clock) {
    ProblemSpec spec = model.spec();
    requireStart(acting.start(), base.isPresent(), spec);
    this.model = model;
    this.solver = solver;
    this.normalizers = normalizers;
    this.acting = acting;
    this.base = base;
    this.clock = clock;
    this.encoding = model.engine().compile(model.encoding(), 1, model.dtype());
    bindParameters(encoding, model.parameters());
    this.rollout =
        acting.start() == Start.POLICY
            ? Optional.of(
                new CompiledProblem(
                    model.engine(), spec, PolicyRollout.trace(spec), 1, model.dtype()))
            : Optional.empty();
    Shape box = Shape.of(spec.horizon(), spec.actionSize());
    this.low = Array.zeros(DType.FLOAT64, box);
    this.high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    this.guess = Array.zeros(DType.FLOAT64, Shape.of(1, spec.horizon(), spec.actionSize()));
  }

  /**
   * Checks that there is what a policy is to start from.
   *
   * @throws IllegalArgumentException if not; says what was found and what to do
   */
  public static void requireStart(Start start, boolean hasBase, ProblemSpec spec) {
    if (start == Start.BASE && !hasBase) {
      throw new IllegalArgumentException(
          "start: base: found no base policy; give one, or start from zero, shifted or policy");
    }
    if (start == Start.POLICY && !PolicyRollout.exists(spec)) {
      throw new IllegalArgumentException(
          "start: policy: the cost has the heads %s, expected one named %s"
              .formatted(spec.cost().heads(), PolicyRollout.HEAD));
    }
  }

  public static void bindParameters(CompiledProgram plan, Parameters parameters) {
    for (int i = 0; i < plan.program().inputs().size(); i++) {
      Array array = parameters.arrays().get(plan.program().inputName(i));
      if (array != null) {
        plan.bind(i, array);
      }
    }
  }

  @Override
  public void reset() {
    guess.fill(0);
    base.ifPresent(Policy::reset);
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    normalizers.write(observation, encoding);
    encoding.run();
    Array state = encoding.output("state");
    Problem problem = model.problem(state, low, high);
    chooseGuess(problem, observation);
    Solution solution = solver.solve(problem, guess, deadline());
    solves++;
    converged += solution.status(0).isConverged() ? 1 : 0;
    if (acting.start() == Start.SHIFTED) {
      shift(solution.actions());
    }
    return normalizers.restoreAction(solution.actions());
  }

  private Deadline deadline() {
    return acting.deadlineMillis() == 0
        ? Deadline.none()
        : Deadline.after(Duration.ofNanos((long) (acting.deadlineMillis() * 1e6)), clock);
  }

  private void chooseGuess(Problem problem, Map<String, Array> observation) {
    if (acting.start() == Start.POLICY) {
      rollOut(rollout.orElseThrow(), problem);
    } else if (acting.start() == Start.BASE) {
      double[] action = base.orElseThrow().act(observation);
      for (int i = 0; i < guess.size(); i++) {
        int j = i % action.length;
        guess.set(i, normalizers.actions().normalize(action[j], j));
      }
    }
  }

  private void rollOut(CompiledProblem policy, Problem problem) {
    policy.load(problem);
    policy.set("low", low);
    policy.set("high", high);
    policy.run();
    guess.copyFrom(policy.output("actions"));
  }

  /** The next guess: the plan one step later, its last action twice. */
  private void shift(Array actions) {
    int nu = model.spec().actionSize();
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, actions.get(Math.min(i + nu, guess.size() - nu + i % nu)));
    }
  }

  /** Share of the solves so far that converged, 0 to 1; NaN before the first. */
  public double convergedShare() {
    return converged / (double) solves;
  }

  @Override
  public void close() {
    encoding.close();
    rollout.ifPresent(CompiledProblem::close);
  }
}
