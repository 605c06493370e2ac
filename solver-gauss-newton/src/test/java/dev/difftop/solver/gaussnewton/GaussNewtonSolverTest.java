package dev.difftop.solver.gaussnewton;

import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.SolverContract;

class GaussNewtonSolverTest extends SolverContract<GaussNewtonConfig> {
  @Override
  protected SolverProvider<GaussNewtonConfig> provider() {
    return new GaussNewtonProvider();
  }

  private static Settings settings() {
    return new Settings();
  }

  @Override
  protected GaussNewtonConfig config() {
    return settings().config();
  }

  @Override
  protected GaussNewtonConfig oneIteration() {
    Settings settings = settings();
    settings.maxIterations = 1;
    return settings.config();
  }
}
