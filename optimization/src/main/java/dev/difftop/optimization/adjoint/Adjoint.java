package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;

/**
 * Differentiates a solution, whichever solver found it. One adjoint belongs to one thread at a
 * time; it keeps what it has compiled for each spec.
 */
public interface Adjoint extends AutoCloseable {
  /**
   * Pulls the derivative of a loss back through the solve.
   *
   * @param problem the problem that was solved
   * @param solution what was found: exactly this point is differentiated
   * @param cotangents dL/d(actions, states, cost)
   * @return dL/d(parameters, context, initial state, bounds)
   */
  Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents);

  @Override
  void close();
}
