package dev.difftop.solver.ilqr;

import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.testkit.AllocationContract;

class AllocationTest extends AllocationContract {
  @Override
  protected Solver solver(Engine engine, int maxIterations) {
    Settings settings = new Settings();
    settings.maxIterations = maxIterations;
    settings.tolerance = 1e-30;
    return new IlqrSolver(settings.config(), engine, RandomStream.root(0));
  }
}
