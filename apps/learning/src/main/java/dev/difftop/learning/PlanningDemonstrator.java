package dev.difftop.learning;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Demonstrator;
import dev.difftop.api.Environment;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import java.util.Map;

/**
 * Predictive control on the true physics: at every step the solver plans from the simulator's
 * state, the first action is executed, the plan shifted by one step is the next guess.
 */
public final class PlanningDemonstrator implements Demonstrator {
  private final ProblemSpec spec;
  private final Map<String, Array> parameters;
  private final Solver solver;
  private final double firstGuess;
  private final Array guess;
  private final Array low;
  private final Array high;
  private long solves;
  private long converged;

  /**
   * A planner.
   *
   * @param environment must be an {@link Environment.Simulator} whose state is that of the dynamics
   * @param parameters of the spec, by full name
   * @param solver not closed by this
   * @param firstGuess amplitude of the first guess, a slow wave, of every episode
   * @throws IllegalArgumentException if the environment has no state to plan from, or one of
   *     another size than the dynamics
   */
  public PlanningDemonstrator(
      Environment environment,
      ProblemSpec spec,
      Map<String, Array> parameters,
      Solver solver,
      double firstGuess) {
    requireFit(environment, spec);
    this.spec = spec;
    this.parameters = parameters;
    this.solver = solver;
    this.firstGuess = firstGuess;
    Shape box = Shape.of(spec.horizon(), spec.actionSize());
    this.low = Array.zeros(DType.FLOAT64, box);
    this.high = Array.zeros(DType.FLOAT64, box);
    low.fill(-1);
    high.fill(1);
    this.guess = Array.zeros(DType.FLOAT64, Shape.of(1, spec.horizon(), spec.actionSize()));
  }

  private static void requireFit(Environment environment, ProblemSpec spec) {
    String task = environment.spec().task();
    if (!(environment instanceof Environment.Simulator simulator)) {
      throw new IllegalArgumentException(
          "collect: environment %s shows no simulator state to plan from".formatted(task));
    }
    if (simulator.simulatorStateSize() != spec.stateSize()
        || environment.spec().actionSize() != spec.actionSize()) {
      throw new IllegalArgumentException(
          "collect: environment %s has states of size %d and actions of size %d, the dynamics %d and %d"
              .formatted(
                  task,
                  simulator.simulatorStateSize(),
                  environment.spec().actionSize(),
                  spec.stateSize(),
                  spec.actionSize()));
    }
  }

  @Override
  public void begin(RandomStream random) {
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, firstGuess * Math.cos(0.5 * (i / spec.actionSize())));
    }
  }

  @Override
  public double[] act(double[] state) {
    Problem problem =
        new Problem(
            spec, DType.FLOAT64, Array.of(state, 1, state.length), low, high, Map.of(), parameters);
    Solution solution = solver.solve(problem, guess);
    solves++;
    converged += solution.status(0).isConverged() ? 1 : 0;
    int nu = spec.actionSize();
    double[] action = new double[nu];
    solution.actions().read(0, action, 0, nu);
    for (int i = 0; i < guess.size(); i++) {
      guess.set(i, solution.actions().get(Math.min(i + nu, guess.size() - nu + i % nu)));
    }
    return action;
  }

  /** Share of the solves so far that converged, 0 to 1; NaN before the first. */
  public double convergedShare() {
    return converged / (double) solves;
  }

  @Override
  public void close() {
    // Its solver belongs to the caller.
  }
}
