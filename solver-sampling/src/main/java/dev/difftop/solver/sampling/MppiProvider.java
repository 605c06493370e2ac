package dev.difftop.solver.sampling;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link MppiSolver} under the name {@code mppi}. */
public final class MppiProvider implements SolverProvider<MppiConfig> {
  @Override
  public String name() {
    return "mppi";
  }

  @Override
  public String summary() {
    return "samples trajectories and weighs the best by their cost (model predictive path integral)";
  }

  @Override
  public Class<MppiConfig> configType() {
    return MppiConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return MppiSolver.class;
  }
}
