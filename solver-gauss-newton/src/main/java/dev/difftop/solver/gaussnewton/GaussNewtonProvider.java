package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link GaussNewtonSolver} under the name {@code gauss-newton}. */
public final class GaussNewtonProvider implements SolverProvider<GaussNewtonConfig> {
  @Override
  public String name() {
    return "gauss-newton";
  }

  @Override
  public String summary() {
    return "damped Gauss-Newton or Newton steps over all actions at once (Levenberg-Marquardt)";
  }

  @Override
  public Class<GaussNewtonConfig> configType() {
    return GaussNewtonConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return GaussNewtonSolver.class;
  }
}
