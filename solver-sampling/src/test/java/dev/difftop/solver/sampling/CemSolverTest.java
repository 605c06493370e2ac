package dev.difftop.solver.sampling;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.Problems;
import dev.difftop.testkit.SolverContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CemSolverTest extends SolverContract<CemConfig> {
  @Override
  protected SolverProvider<CemConfig> provider() {
    return new CemProvider();
  }

  @Override
  protected CemConfig config() {
    return new CemConfig(10, 64, 8, 0, false, 0.1, 1, 0.001, 1);
  }

  @Override
  protected CemConfig oneIteration() {
    return new CemConfig(1, 64, 8, 0, false, 0.1, 1, 0.001, 1);
  }

  @Override
  protected boolean converges() {
    return false;
  }

  private Solution solve(CemConfig config, Problem problem) {
    try (Solver solver = make(config)) {
      return solver.solve(problem);
    }
  }

  @Test
  void closesInOnTheOptimum() {
    Problem easy = Problems.pendulum(3, 1, 0.5);
    Solution early = solve(config(), easy);
    Solution late = solve(new CemConfig(40, 64, 8, 0, false, 0.1, 1, 1e-6, 1), easy);
    assertTrue(late.stationarity()[0] < 1e-3, "stationarity " + late.stationarity()[0]);
    assertTrue(late.cost(0) <= early.cost(0));
  }

  /** Every setting changes what is found. */
  @Test
  void everySettingCounts() {
    Problem guided = Guided.problem(1, -1, 1);
    double[] usual = solve(config(), guided).actions().toDoubles();
    CemConfig[] others = {
      new CemConfig(4, 64, 8, 0, false, 0.1, 1, 0.001, 1),
      new CemConfig(10, 50, 8, 0, false, 0.1, 1, 0.001, 1),
      new CemConfig(10, 64, 4, 0, false, 0.1, 1, 0.001, 1),
      new CemConfig(10, 64, 8, 0.5, false, 0.1, 1, 0.001, 1),
      new CemConfig(10, 64, 8, 0, false, 0.5, 1, 0.001, 1),
      new CemConfig(10, 64, 8, 0, false, 0.1, 0.5, 0.001, 1),
      new CemConfig(10, 64, 8, 0, false, 0.1, 1, 0.5, 1)
    };
    for (CemConfig other : others) {
      assertFalse(
          Arrays.equals(usual, solve(other, guided).actions().toDoubles()), other.toString());
    }
  }
}
