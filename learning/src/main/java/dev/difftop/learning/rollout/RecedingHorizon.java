package dev.difftop.learning.rollout;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Expert;
import dev.difftop.learning.model.PlannerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Predictive control: plans from the present state and acts on the plan for some steps, {@code u =
 * u_t + K_t (x - x_t)} where the solver gives gains. What is left of the plan, its last action
 * repeated, is where the next one starts.
 *
 * <p>A solver looks at its deadline between iterations. It is given less than there is by the time
 * that iterations of late took, so that the one under way ends in time. A plan that comes after its
 * deadline all the same is acted on no earlier than a real machine could: each further deadline
 * that it took is a step in which the plan before continues, with its gains. When it comes, its
 * actions for the steps that have passed are left out.
 */
public final class RecedingHorizon implements Expert {
  /** How much of the longest iteration is remembered from plan to plan. */
  private static final double FORGETTING = 0.95;

  private final ProblemSpec spec;
  private final Solver solver;
  private final Map<String, Array> parameters;
  private final PlannerSettings settings;
  private final int replanEvery;
  private final Array guess;
  private final Array low;
  private final Array high;
  private final List<Double> planMillis = new ArrayList<>();
  private final LongSupplier clock;
  private Optional<Plan> plan = Optional.empty();
  private Optional<Plan> coming = Optional.empty();
  private double iterationMillis;
  private int misses;
  private int stepsOnOlderPlans;
  private int cut;
  private int converged;

  /** A plan and how many steps have passed since the state it starts from. */
  private static final class Plan {
    private final Solution solution;

    /** Steps until it is there, counted from the state it starts from. */
    private final int delay;

    private int age;

    Plan(Solution solution, int delay) {
      this.solution = solution;
      this.delay = delay;
    }
  }

  /**
   * A planner with no plan yet.
   *
   * @param parameters of the spec, by full name
   * @param solver not closed by this
   */
  public RecedingHorizon(
      ProblemSpec spec, Solver solver, Map<String, Array> parameters, PlannerSettings settings) {
    this(spec, solver, parameters, settings, System::nanoTime);
  }

  /** As the public one, with a clock in nanoseconds. */
  RecedingHorizon(
      ProblemSpec spec,
      Solver solver,
      Map<String, Array> parameters,
      PlannerSettings settings,
      LongSupplier clock) {
    this.clock = clock;
    this.spec = spec;
    this.solver = solver;
    this.parameters = parameters;
    this.settings = settings;
    this.replanEvery = Math.min(settings.replanEvery(), spec.horizon());
    Shape box = Shape.of(spec.horizon(), spec.actionSize());
    low = Array.zeros(DType.FLOAT64, box);
    high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    guess = Array.zeros(DType.FLOAT64, Shape.of(1, spec.horizon(), spec.actionSize()));
  }

  /** {@inheritDoc} Forgets the plans; what was counted stays. Nothing is left to chance. */
  @Override
  public void begin(RandomStream random) {
    plan = Optional.empty();
    coming = Optional.empty();
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, settings.firstGuess() * Math.cos(0.5 * (i / spec.actionSize())));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if no plan from this state is finite
   */
  @Override
  public double[] act(double[] state) {
    if (state.length != spec.stateSize()) {
      throw new IllegalArgumentException(
          "the state has length %d, expected %d as in the dynamics"
              .formatted(state.length, spec.stateSize()));
    }
    receive();
    if (plan.isEmpty()) {
      first(state);
    } else if (coming.isEmpty() && plan.get().age >= replanEvery) {
      next(state);
    }
    stepsOnOlderPlans += coming.isPresent() ? 1 : 0;
    double[] action = action(plan.orElseThrow(), state);
    plan.get().age++;
    coming.ifPresent(late -> late.age++);
    return action;
  }

  /** A late plan takes the place of the one before when its time has come. */
  private void receive() {
    if (coming.isPresent() && coming.get().age >= coming.get().delay) {
      plan = coming;
      coming = Optional.empty();
    }
  }

  /** The first plan; there is none before it to act on, so that it is waited for. */
  private void first(double[] state) {
    for (int i = 0; i < settings.warmUp(); i++) {
      shiftGuess(new Plan(solver.solve(problem(state), guess), 0));
    }
    plan = Optional.of(new Plan(newPlan(state).solution, 0));
  }

  /** Plans again, while the present plan continues if this takes too long. */
  private void next(double[] state) {
    shiftGuess(plan.orElseThrow());
    Plan made = newPlan(state);
    if (made.delay == 0) {
      plan = Optional.of(made);
    } else {
      coming = Optional.of(made);
    }
  }

  /** What a plan says for the step that it has come to; its last action when it is at its end. */
  private double[] action(Plan of, double[] state) {
    int nu = spec.actionSize();
    int t = Math.min(of.age, spec.horizon() - 1);
    double[] action = new double[nu];
    of.solution.actions().read(t * nu, action, 0, nu);
    if (of.age > 0 && t == of.age && settings.feedback() && of.solution.gains().isPresent()) {
      addFeedback(of, state, action);
    }
    for (int j = 0; j < nu; j++) {
      action[j] = Math.max(-1, Math.min(1, action[j]));
    }
    return action;
  }

  private static void addFeedback(Plan of, double[] state, double[] action) {
    Array feedback = of.solution.gains().orElseThrow().feedback();
    int nu = action.length;
    int nx = state.length;
    for (int j = 0; j < nu; j++) {
      for (int k = 0; k < nx; k++) {
        double off = state[k] - of.solution.states().get(of.age * nx + k);
        action[j] += feedback.get((of.age * nu + j) * nx + k) * off;
      }
    }
  }

  private Plan newPlan(double[] state) {
    Problem problem = problem(state);
    long begun = clock.getAsLong();
    Solution solution = solver.solve(problem, guess, deadline());
    double millis = (clock.getAsLong() - begun) / 1e6;
    if (!Double.isFinite(solution.cost(0))) {
      throw new IllegalStateException(
          "plan %d has a cost of %s: the physics fail along it, or a cost's feature is not finite"
              .formatted(planMillis.size() + 1, solution.cost(0)));
    }
    // The longest of late: a step's iterations differ, and one that is too long misses.
    double perIteration = millis / (solution.iterations()[0] + 1);
    iterationMillis = Math.max(perIteration, FORGETTING * iterationMillis);
    planMillis.add(millis);
    cut += solution.status(0) == Status.DEADLINE ? 1 : 0;
    converged += solution.status(0).isConverged() ? 1 : 0;
    int delay = delay(millis);
    misses += delay > 0 ? 1 : 0;
    return new Plan(solution, delay);
  }

  /** Steps by which a plan is late: 0 within its deadline, 1 within two of them, and so on. */
  private int delay(double millis) {
    if (settings.deadlineMs() == 0 || millis <= settings.deadlineMs()) {
      return 0;
    }
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(millis / settings.deadlineMs()) - 1);
  }

  private Problem problem(double[] state) {
    return new Problem(
        spec, DType.FLOAT64, Array.of(state, 1, state.length), low, high, Map.of(), parameters);
  }

  private Deadline deadline() {
    if (settings.deadlineMs() == 0) {
      return Deadline.none();
    }
    double left = Math.max(0, settings.deadlineMs() - iterationMillis);
    return Deadline.after(Duration.ofNanos((long) (1e6 * left)));
  }

  /** What is left of a plan, its last action repeated, is where the next one starts. */
  private void shiftGuess(Plan from) {
    int nu = spec.actionSize();
    for (int i = 0; i < guess.size(); i++) {
      long at = Math.min(i + (long) from.age * nu, guess.size() - nu + i % nu);
      guess.set(i, from.solution.actions().get((int) at));
    }
  }

  /** Milliseconds of every plan. */
  public double[] planMillis() {
    return planMillis.stream().mapToDouble(m -> m).toArray();
  }

  /** Plans that took longer than they might; a first one too, which is waited for. */
  public int misses() {
    return misses;
  }

  /** Steps in which the plan before went on, because the next one was late. */
  public int stepsOnOlderPlans() {
    return stepsOnOlderPlans;
  }

  /** Plans whose solver stopped at the deadline, with the best that it had. */
  public int cut() {
    return cut;
  }

  /** Plans that converged. */
  public int converged() {
    return converged;
  }

  @Override
  public void close() {}
}
