package dev.difftop.solver.lagrangian;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link AugmentedLagrangianSolver} under the name {@code augmented-lagrangian}. */
public final class AugmentedLagrangianProvider
    implements SolverProvider<AugmentedLagrangianConfig> {
  @Override
  public String name() {
    return "augmented-lagrangian";
  }

  @Override
  public String summary() {
    return "limits on states and actions beside the box, by multipliers around another solver";
  }

  @Override
  public Class<AugmentedLagrangianConfig> configType() {
    return AugmentedLagrangianConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return AugmentedLagrangianSolver.class;
  }
}
