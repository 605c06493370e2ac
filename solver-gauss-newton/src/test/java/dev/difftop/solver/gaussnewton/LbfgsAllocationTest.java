package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solver;
import dev.difftop.api.program.Engine;
import dev.difftop.testkit.AllocationContract;

class LbfgsAllocationTest extends AllocationContract {
  @Override
  protected Solver solver(Engine engine, int maxIterations) {
    return new LbfgsSolver(
        new LbfgsConfig(maxIterations, 1e-30, 0, 10, 1, 0, 1),
        engine,
        dev.difftop.api.array.RandomStream.root(1));
  }
}
