package dev.difftop.learning;

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
   * The worst parameter of a {@link GradientAudit}.
   *
   * @param cosine smallest between gradient and differences; NaN without an audit
   * @param ratio of their lengths, the one farthest from 1; NaN without an audit
   */
  public record Audit(double cosine, double ratio) {
    /** No audit in this step. */
    public static final Audit NONE = new Audit(Double.NaN, Double.NaN);

    /** The worst of some rows. */
    static Audit worst(java.util.List<GradientAudit.Row> rows) {
      double cosine = 1;
      double ratio = 1;
      for (GradientAudit.Row row : rows) {
        cosine = Math.min(cosine, row.cosine());
        boolean isFarther = Math.abs(row.ratio() - 1) > Math.abs(ratio - 1);
        ratio = isFarther || Double.isNaN(row.ratio()) ? row.ratio() : ratio;
      }
      return new Audit(cosine, ratio);
    }
  }
}
