package dev.difftop.app.cli;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plans from the present state, and acts on the plan for some steps, {@code u = u_t + K_t (x -
 * x_t)} where the solver gives gains. The rest of the plan, shifted, is where the next one starts.
 */
final class RecedingHorizon {
  private final ProblemSpec spec;
  private final Solver solver;
  private final Map<String, Array> parameters;
  private final int replanEvery;
  private final double deadlineMillis;
  private final Array guess;
  private final Array low;
  private final Array high;
  private final List<Double> planMillis = new ArrayList<>();
  private Solution plan;
  private int taken;
  private int misses;
  private int converged;

  RecedingHorizon(
      ProblemSpec spec, Solver solver, Map<String, Array> parameters, PlayConfig settings) {
    this.spec = spec;
    this.solver = solver;
    this.parameters = parameters;
    this.replanEvery = Math.min(settings.replanEvery(), spec.horizon());
    this.deadlineMillis = settings.deadlineMs();
    Shape box = Shape.of(spec.horizon(), spec.actionSize());
    low = Array.zeros(DType.FLOAT64, box);
    high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    guess = Array.zeros(DType.FLOAT64, Shape.of(1, spec.horizon(), spec.actionSize()));
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, settings.firstGuess() * Math.cos(0.5 * (i / spec.actionSize())));
    }
  }

  /** The action at a state. */
  double[] act(double[] state) {
    if (plan == null || taken == replanEvery) {
      plan(state);
    }
    int nu = spec.actionSize();
    int nx = spec.stateSize();
    double[] action = new double[nu];
    plan.actions().read(taken * nu, action, 0, nu);
    if (taken > 0 && plan.gains().isPresent()) {
      Array feedback = plan.gains().get().feedback();
      for (int j = 0; j < nu; j++) {
        for (int k = 0; k < nx; k++) {
          double off = state[k] - plan.states().get(taken * nx + k);
          action[j] += feedback.get((taken * nu + j) * nx + k) * off;
        }
      }
    }
    taken++;
    return action;
  }

  private void plan(double[] state) {
    if (plan != null) {
      shiftGuess();
    }
    Problem problem =
        new Problem(
            spec, DType.FLOAT64, Array.of(state, 1, state.length), low, high, Map.of(), parameters);
    long begun = System.nanoTime();
    plan = solver.solve(problem, guess, deadline());
    double millis = (System.nanoTime() - begun) / 1e6;
    planMillis.add(millis);
    misses += deadlineMillis > 0 && millis > deadlineMillis ? 1 : 0;
    converged += plan.status(0).isConverged() ? 1 : 0;
    taken = 0;
  }

  private Deadline deadline() {
    return deadlineMillis == 0
        ? Deadline.none()
        : Deadline.after(Duration.ofNanos((long) (1e6 * deadlineMillis)));
  }

  /** What is left of the plan, its last action repeated. */
  private void shiftGuess() {
    int nu = spec.actionSize();
    for (int i = 0; i < guess.size(); i++) {
      int from = Math.min(i + taken * nu, guess.size() - nu + i % nu);
      guess.set(i, plan.actions().get(from));
    }
  }

  /** Milliseconds of every plan. */
  double[] planMillis() {
    return planMillis.stream().mapToDouble(m -> m).toArray();
  }

  /** Plans that took longer than they might. */
  int misses() {
    return misses;
  }

  /** Share of the plans that converged. */
  double convergedShare() {
    return planMillis.isEmpty() ? 0 : converged / (double) planMillis.size();
  }
}
