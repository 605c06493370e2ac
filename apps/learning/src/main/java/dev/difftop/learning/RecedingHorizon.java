package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Demonstrator;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Predictive control: plans from the present state and acts on the plan for some steps, {@code u =
 * u_t + K_t (x - x_t)} where the solver gives gains. What is left of the plan, its last action
 * repeated, is where the next one starts.
 *
 * <p>A solver looks at its deadline between iterations. It is given less than there is by the time
 * an iteration took in the plan before, so that the one under way ends in time.
 */
public final class RecedingHorizon implements Demonstrator {
  private final ProblemSpec spec;
  private final Solver solver;
  private final Map<String, Array> parameters;
  private final PlannerSettings settings;
  private final int replanEvery;
  private final Array guess;
  private final Array low;
  private final Array high;
  private final List<Double> planMillis = new ArrayList<>();
  private Solution plan;
  private double iterationMillis;
  private int taken;
  private int misses;
  private int cut;
  private int converged;

  /**
   * A planner with no plan yet.
   *
   * @param parameters of the spec, by full name
   * @param solver not closed by this
   */
  public RecedingHorizon(
      ProblemSpec spec, Solver solver, Map<String, Array> parameters, PlannerSettings settings) {
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

  /** {@inheritDoc} Forgets the plan; what was counted stays. Nothing is left to chance. */
  @Override
  public void begin(RandomStream random) {
    plan = null;
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
    if (plan == null) {
      for (int i = 0; i < settings.warmUp(); i++) {
        plan = solver.solve(problem(state), guess);
        shiftGuess(0);
      }
      plan(state);
    } else if (taken == replanEvery) {
      shiftGuess(taken);
      plan(state);
    }
    int nu = spec.actionSize();
    double[] action = new double[nu];
    plan.actions().read(taken * nu, action, 0, nu);
    if (taken > 0 && settings.feedback() && plan.gains().isPresent()) {
      addFeedback(state, plan.gains().get().feedback(), action);
    }
    for (int j = 0; j < nu; j++) {
      action[j] = Math.max(-1, Math.min(1, action[j]));
    }
    taken++;
    return action;
  }

  private void addFeedback(double[] state, Array feedback, double[] action) {
    int nu = action.length;
    int nx = state.length;
    for (int j = 0; j < nu; j++) {
      for (int k = 0; k < nx; k++) {
        double off = state[k] - plan.states().get(taken * nx + k);
        action[j] += feedback.get((taken * nu + j) * nx + k) * off;
      }
    }
  }

  private void plan(double[] state) {
    Problem problem = problem(state);
    long begun = System.nanoTime();
    plan = solver.solve(problem, guess, deadline());
    double millis = (System.nanoTime() - begun) / 1e6;
    if (!Double.isFinite(plan.cost(0))) {
      throw new IllegalStateException(
          "plan %d has a cost of %s: the physics fail along it, or a cost's feature is not finite"
              .formatted(planMillis.size() + 1, plan.cost(0)));
    }
    iterationMillis = millis / (plan.iterations()[0] + 1);
    planMillis.add(millis);
    misses += settings.deadlineMs() > 0 && millis > settings.deadlineMs() ? 1 : 0;
    cut += plan.status(0) == Status.DEADLINE ? 1 : 0;
    converged += plan.status(0).isConverged() ? 1 : 0;
    taken = 0;
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

  private void shiftGuess(int steps) {
    int nu = spec.actionSize();
    for (int i = 0; i < guess.size(); i++) {
      int from = Math.min(i + steps * nu, guess.size() - nu + i % nu);
      guess.set(i, plan.actions().get(from));
    }
  }

  /** Milliseconds of every plan. */
  public double[] planMillis() {
    return planMillis.stream().mapToDouble(m -> m).toArray();
  }

  /** Plans that took longer than they might. */
  public int misses() {
    return misses;
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
