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
    return new IlqrConfig(200, 1e-9, IlqrConfig.DynamicsCurvature.AUTO, 0, 1e10, 10);
  }

  @Override
  protected IlqrConfig oneIteration() {
    return new IlqrConfig(1, 1e-9, IlqrConfig.DynamicsCurvature.AUTO, 0, 1e10, 10);
  }
}
