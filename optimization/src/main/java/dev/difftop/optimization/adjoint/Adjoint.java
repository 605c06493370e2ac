package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;

/**
 * Differentiates a solution, whichever solver found it. One adjoint belongs to one thread at a
 * time; it keeps what it has compiled for each spec.
 */
public interface Adjoint extends AutoCloseable {
  /**
   * Pulls the derivative of a loss back through the solve. A sample of which the cotangents, or
   * what is computed from them, are not finite contributes zero and says {@link
   * Gradients.Outcome#NOT_FINITE}.
   *
   * @param problem the problem that was solved
   * @param solution what was found: exactly this point is differentiated
   * @param cotangents dL/d(actions, states, cost)
   * @return dL/d(parameters, context, initial state, bounds)
   * @throws IllegalArgumentException if cotangents have another length than the problem says; names
   *     both
   * @throws IllegalStateException with {@link BadSamples#FAIL}, if a sample is no regular minimum;
   *     names the samples
   */
  Gradients pullBack(Problem problem, Solution solution, Cotangents cotangents);

  @Override
  void close();
}
