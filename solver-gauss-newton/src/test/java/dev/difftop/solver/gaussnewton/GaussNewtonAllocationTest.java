package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Step;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Structure;
import dev.difftop.testkit.AllocationContract;
import org.junit.jupiter.api.Nested;

class GaussNewtonAllocationTest {
  private static Solver solver(Engine engine, int maxIterations, Step step, Structure structure) {
    Settings settings = new Settings();
    settings.maxIterations = maxIterations;
    settings.tolerance = 1e-30;
    settings.step = step;
    settings.structure = structure;
    return new GaussNewtonSolver(settings.config(), engine, RandomStream.root(0));
  }

  @Nested
  class Dense extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return GaussNewtonAllocationTest.solver(
          engine, maxIterations, Step.LEVENBERG_MARQUARDT, Structure.DENSE);
    }
  }

  @Nested
  class Dogleg extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return GaussNewtonAllocationTest.solver(engine, maxIterations, Step.DOGLEG, Structure.DENSE);
    }
  }

  @Nested
  class ByStages extends AllocationContract {
    @Override
    protected Solver solver(Engine engine, int maxIterations) {
      return GaussNewtonAllocationTest.solver(
          engine, maxIterations, Step.LEVENBERG_MARQUARDT, Structure.STAGES);
    }
  }
}
