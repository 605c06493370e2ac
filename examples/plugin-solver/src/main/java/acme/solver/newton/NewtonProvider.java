package acme.solver.newton;

import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;

/** Offers {@link NewtonSolver} under the name {@code newton-cg}. */
public final class NewtonProvider implements SolverProvider<NewtonConfig> {
  @Override
  public String name() {
    return "newton-cg";
  }

  @Override
  public String summary() {
    return "Newton directions by conjugate gradients, with a line search";
  }

  @Override
  public Class<NewtonConfig> configType() {
    return NewtonConfig.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return NewtonSolver.class;
  }
}
