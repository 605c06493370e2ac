package dev.difftop.learner.imitation;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.DerivedInput;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.EncodedStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Windows of demonstrations and the reconstruction loss of plans from them, for audits.
 *
 * @param problem in float64
 * @param states the encoder that made its initial states
 * @param codes the posterior that made its codes
 * @param loss of plans
 * @param rows first rows of the windows
 */
record ImitationSample(
    Problem problem, EncodedStates states, Optional<DrawnCodes> codes, ActionLoss loss, int[] rows)
    implements AuditSample {
  @Override
  public GradientAudit.Subject at(Solution solution) {
    double[] derivative = loss.error(solution, rows);
    loss.weigh(derivative);
    List<DerivedInput> sources = new ArrayList<>(List.of(states));
    codes.ifPresent(sources::add);
    return new GradientAudit.Subject(problem, solution, derivative, sources);
  }

  @Override
  public void close() {
    states.close();
    codes.ifPresent(DrawnCodes::close);
  }
}
