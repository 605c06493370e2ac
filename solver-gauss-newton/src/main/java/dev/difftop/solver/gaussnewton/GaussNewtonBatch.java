package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.optimization.Limits;

/** What is compiled for one spec and batch size, and the loop over its samples. */
interface GaussNewtonBatch extends AutoCloseable {
  /**
   * Solves.
   *
   * @param start first actions, inside the box
   * @param recorded how many steps the solution is to carry at most
   */
  Solution solve(Problem problem, double[] start, Limits limits, int recorded);

  @Override
  void close();
}
