package dev.difftop.solver.gaussnewton;

import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.SolverContract;

/** By a Riccati recursion. */
class StagesTest extends SolverContract<GaussNewtonConfig> {
  @Override
  protected SolverProvider<GaussNewtonConfig> provider() {
    return new GaussNewtonProvider();
  }

  private static Settings settings() {
    Settings settings = new Settings();
    settings.structure = GaussNewtonConfig.Structure.STAGES;
    return settings;
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
