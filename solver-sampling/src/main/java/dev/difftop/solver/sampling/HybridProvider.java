package dev.difftop.solver.sampling;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link HybridSolver} under the name {@code hybrid}. */
public final class HybridProvider implements SolverProvider<HybridConfig> {
  @Override
  public String name() {
    return "hybrid";
  }

  @Override
  public String summary() {
    return "samples first, then polishes the best trajectory with another solver";
  }

  @Override
  public Class<HybridConfig> configType() {
    return HybridConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return HybridSolver.class;
  }
}
