package dev.difftop.solver.gaussnewton;

import dev.difftop.api.SolverProvider;
import dev.difftop.optimization.Curvature;
import dev.difftop.testkit.SolverContract;

class GaussNewtonSolverTest extends SolverContract<GaussNewtonConfig> {
  @Override
  protected SolverProvider<GaussNewtonConfig> provider() {
    return new GaussNewtonProvider();
  }

  @Override
  protected GaussNewtonConfig config() {
    return new GaussNewtonConfig(200, 1e-9, Curvature.EXACT, 1e-6, 1e12);
  }

  @Override
  protected GaussNewtonConfig oneIteration() {
    return new GaussNewtonConfig(1, 1e-9, Curvature.EXACT, 1e-6, 1e12);
  }
}
