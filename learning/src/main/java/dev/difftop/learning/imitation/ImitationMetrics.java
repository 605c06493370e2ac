package dev.difftop.learning.imitation;

import dev.difftop.learning.audit.GradientAudit;
import java.util.List;

/**
 * What one gradient step of imitation reports.
 *
 * @param step number of the step, from 1
 * @param loss weighted mean squared error of the planned actions, normalised
 * @param consistency mean squared error of the next latent state
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param converged share of solves that converged
 * @param saturated share of action components at a bound
 * @param masked share of samples left out of the gradient
 * @param iterations mean solver iterations
 * @param audit how the gradient compared with differences of re-solved problems; {@link Audit#NONE}
 *     in steps without an audit
 */
public record ImitationMetrics(
    long step,
    double loss,
    double consistency,
    double gradientNorm,
    double learningRate,
    double converged,
    double saturated,
    double masked,
    double iterations,
    Audit audit) {
  /**
   * The gradient of a step beside differences of re-solved problems.
   *
   * @param rows one per block of parameters; none without an audit
   * @param leftOut how many of the audited samples are not compared; see {@link GradientAudit}
   */
  public record Audit(List<GradientAudit.Row> rows, int leftOut) {
    /** No audit in this step. */
    public static final Audit NONE = new Audit(List.of(), 0);

    /** Smallest cosine of all blocks; NaN without an audit, or where nothing could be compared. */
    public double cosine() {
      double smallest = rows.isEmpty() ? Double.NaN : 1;
      for (GradientAudit.Row row : rows) {
        smallest = Math.min(smallest, row.cosine());
      }
      return smallest;
    }

    /** The ratio of lengths that is farthest from 1; NaN as for {@link #cosine}. */
    public double ratio() {
      double farthest = rows.isEmpty() ? Double.NaN : 1;
      for (GradientAudit.Row row : rows) {
        boolean isFarther = Math.abs(row.ratio() - 1) > Math.abs(farthest - 1);
        farthest = isFarther || Double.isNaN(row.ratio()) ? row.ratio() : farthest;
      }
      return farthest;
    }
  }
}
