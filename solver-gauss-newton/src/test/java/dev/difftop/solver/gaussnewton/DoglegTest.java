package dev.difftop.solver.gaussnewton;

import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.SolverContract;

/** With a radius in place of damping. */
class DoglegTest extends SolverContract<GaussNewtonConfig> {
  @Override
  protected SolverProvider<GaussNewtonConfig> provider() {
    return new GaussNewtonProvider();
  }

  private static Settings settings() {
    Settings settings = new Settings();
    settings.step = GaussNewtonConfig.Step.DOGLEG;
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
