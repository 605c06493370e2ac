package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link LbfgsSolver} under the name {@code lbfgs}. */
public final class LbfgsProvider implements SolverProvider<LbfgsConfig> {
  @Override
  public String name() {
    return "lbfgs";
  }

  @Override
  public String summary() {
    return "limited-memory quasi-Newton steps in the box, exact at a tie of min(Q1, Q2)";
  }

  @Override
  public Class<LbfgsConfig> configType() {
    return LbfgsConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return LbfgsSolver.class;
  }
}
