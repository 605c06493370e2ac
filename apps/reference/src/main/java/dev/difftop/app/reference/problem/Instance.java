package dev.difftop.app.reference.problem;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import java.util.List;
import java.util.Map;

/** One trajectory problem of a file, or one batch of them, with the loss that is differentiated. */
public interface Instance extends AutoCloseable {
  /** The problem; a batch of one unless {@link #isBatch}. */
  Problem problem();

  /** Whether the file holds a batch, so that results are lists over it. */
  default boolean isBatch() {
    return false;
  }

  /** Where a solve starts unless the user says otherwise. */
  default Start usualStart() {
    return Start.ZERO;
  }

  /** First actions, shape (B, H, nu). */
  Array guess(Start start);

  /** The loss of the file at a solution. */
  double loss(Solution solution);

  /** Its derivative in the solution. */
  Cotangents cotangents(Solution solution);

  /**
   * What is reported of gradients, under the names and shapes of the file.
   *
   * @param failed samples without a solution; of a problem that is no batch there are none
   */
  Map<String, Object> gradients(Gradients gradients, boolean[] failed);

  /** The keys of {@link #gradients}, for a report that has none. */
  default List<String> gradientKeys() {
    return List.of("grad");
  }

  /** Further figures of a solution, by name. */
  default Map<String, Object> figures(Solution solution) {
    return Map.of();
  }

  /** Number of states that the file lists; 0 for none. */
  int states();

  /** Whether the file writes an action of size 1 as a number. */
  boolean scalarActions();

  @Override
  default void close() {}
}
