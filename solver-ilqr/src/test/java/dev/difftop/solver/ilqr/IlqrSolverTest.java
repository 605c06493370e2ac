package dev.difftop.solver.ilqr;

import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.SolverContract;

class IlqrSolverTest extends SolverContract<IlqrConfig> {
  @Override
  protected SolverProvider<IlqrConfig> provider() {
    return new IlqrProvider();
  }

  @Override
  protected IlqrConfig config() {
    return new Settings().config();
  }

  @Override
  protected IlqrConfig oneIteration() {
    Settings settings = new Settings();
    settings.maxIterations = 1;
    return settings.config();
  }
}
