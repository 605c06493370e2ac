package dev.difftop.learning.audit;

import dev.difftop.api.Chosen;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import java.util.Optional;

/** States and a loss of plans from them, for a {@link GradientAudit} of a learner's gradient. */
public interface AuditSample extends AutoCloseable {
  /** The trajectory problem from these states, in float64. */
  Problem problem();

  /** What is differentiated at a solution of the problem. */
  GradientAudit.Subject at(Solution solution);

  /** The solver that the learner differentiates; empty for the one of the section policy. */
  default Optional<Chosen<Solver>> solver() {
    return Optional.empty();
  }

  @Override
  void close();
}
