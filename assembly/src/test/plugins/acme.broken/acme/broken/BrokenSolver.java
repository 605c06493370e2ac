package acme.broken;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.config.Doc;
import jakarta.inject.Inject;
import java.util.Arrays;

/** A solver that breaks its contract in the way that its configuration names. */
final class BrokenSolver implements Solver {
  record Config(@Doc("what goes wrong") String how) {}

  private final String how;

  @Inject
  BrokenSolver(Config config) {
    how = config.how();
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    if (how.equals("throws")) {
      throw new UnsupportedOperationException("by order of its configuration");
    } else if (how.equals("refuses")) {
      throw new IllegalArgumentException("guess: found nothing");
    } else if (how.equals("nothing")) {
      return null;
    }
    int b = problem.batch();
    int h = problem.spec().horizon() + (how.equals("long") ? 1 : 0);
    int nx = problem.spec().stateSize();
    int nu = problem.spec().actionSize();
    double[] actions = new double[b * h * nu];
    double[] cost = new double[b];
    Status[] status = new Status[b];
    Arrays.fill(status, how.equals("honest") ? Status.ITERATION_LIMIT : Status.CONVERGED);
    if (how.equals("nan-cost") || how.equals("honest")) {
      cost[b - 1] = Double.NaN;
    } else if (how.equals("nan-action")) {
      actions[0] = Double.NaN;
    }
    return Solution.of(b, h, nx, nu)
        .actions(actions)
        .states(new double[b * (h + 1) * nx])
        .cost(cost)
        .status(status)
        .iterations(new int[b])
        .stationarity(new double[b])
        .build();
  }

  /** Offers it. */
  public static final class Provider implements SolverProvider<Config> {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String summary() {
      return "a solver that breaks its contract";
    }

    @Override
    public Class<Config> configType() {
      return Config.class;
    }

    @Override
    public Class<? extends Solver> implementation() {
      return BrokenSolver.class;
    }
  }
}
