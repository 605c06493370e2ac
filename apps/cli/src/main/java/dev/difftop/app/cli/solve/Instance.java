package dev.difftop.app.cli.solve;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.Map;

/** One trajectory problem of a file, with the loss whose gradient is asked for. */
interface Instance {
  /** The problem, a batch of one. */
  Problem problem();

  /** First actions, shape (1, H, nu). */
  dev.difftop.api.Array guess(Start start);

  /** The loss of the file at a solution. */
  double loss(Solution solution);

  /** Its derivative in the solution. */
  Cotangents cotangents(Solution solution);

  /** The gradients under the names and shapes of the file. */
  Map<String, Object> gradients(Gradients gradients);

  /** Number of states that the file lists. */
  int states();

  /** Whether the file writes an action of size 1 as a number. */
  boolean scalarActions();
}
