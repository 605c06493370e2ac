package acme.solver.newton;

import dev.difftop.api.SolverProvider;
import dev.difftop.testkit.SolverContract;

/** The contract that every solver passes. */
class NewtonSolverTest extends SolverContract<NewtonConfig> {
  @Override
  protected SolverProvider<NewtonConfig> provider() {
    return new NewtonProvider();
  }

  @Override
  protected NewtonConfig config() {
    return new NewtonConfig(1000, 1e-8, 1);
  }

  @Override
  protected NewtonConfig oneIteration() {
    return new NewtonConfig(1, 1e-8, 1);
  }
}
