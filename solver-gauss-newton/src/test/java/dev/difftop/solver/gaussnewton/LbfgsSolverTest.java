package dev.difftop.solver.gaussnewton;

import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.SolverContract;

class LbfgsSolverTest extends SolverContract<LbfgsConfig> {
  @Override
  protected SolverProvider<LbfgsConfig> provider() {
    return new LbfgsProvider();
  }

  @Override
  protected LbfgsConfig config() {
    return new LbfgsConfig(500, 1e-8, 10, 1);
  }

  @Override
  protected LbfgsConfig oneIteration() {
    return new LbfgsConfig(1, 1e-8, 10, 1);
  }
}
