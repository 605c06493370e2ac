package dev.difftop.solver.ilqr;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link IlqrSolver} under the name {@code ilqr}. */
public final class IlqrProvider implements SolverProvider<IlqrConfig> {
  @Override
  public String name() {
    return "ilqr";
  }

  @Override
  public String summary() {
    return "iterative LQR / differential dynamic programming with control limits and feedback gains";
  }

  @Override
  public Class<IlqrConfig> configType() {
    return IlqrConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return IlqrSolver.class;
  }
}
