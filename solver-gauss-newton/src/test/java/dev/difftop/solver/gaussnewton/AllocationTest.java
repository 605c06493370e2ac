package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Engine;
import dev.difftop.api.Solver;
import dev.difftop.testkit.AllocationContract;
import org.junit.jupiter.api.Nested;

/** Every way to make steps. */
class AllocationTest {
  private static Solver gaussNewton(
      Engine engine,
      int maxIterations,
      GaussNewtonConfig.Step step,
      GaussNewtonConfig.Structure structure) {
    Settings settings = new Settings();
    settings.maxIterations = maxIterations;
    settings.tolerance = 1e-30;
    settings.step = step;
    settings.structure = structure;
    return new GaussNewtonSolver(settings.config(), engine);
  }

  @Nested
  class Dense extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return gaussNewton(
          engine,
          maxIterations,
          GaussNewtonConfig.Step.LEVENBERG_MARQUARDT,
          GaussNewtonConfig.Structure.DENSE);
    }
  }

  @Nested
  class Stages extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return gaussNewton(
          engine,
          maxIterations,
          GaussNewtonConfig.Step.LEVENBERG_MARQUARDT,
          GaussNewtonConfig.Structure.STAGES);
    }
  }

  @Nested
  class Dogleg extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return gaussNewton(
          engine, maxIterations, GaussNewtonConfig.Step.DOGLEG, GaussNewtonConfig.Structure.AUTO);
    }
  }

  @Nested
  class QuasiNewton extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return new LbfgsSolver(new LbfgsConfig(maxIterations, 1e-30, 10, 1, 1), engine);
    }
  }
}
