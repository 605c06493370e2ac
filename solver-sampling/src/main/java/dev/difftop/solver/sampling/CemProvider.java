package dev.difftop.solver.sampling;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link CemSolver} under the name {@code cem}. */
public final class CemProvider implements SolverProvider<CemConfig> {
  @Override
  public String name() {
    return "cem";
  }

  @Override
  public String summary() {
    return "samples trajectories and moves to the best of them (cross-entropy method)";
  }

  @Override
  public Class<CemConfig> configType() {
    return CemConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return CemSolver.class;
  }
}
