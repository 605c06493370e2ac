package dev.difftop.learning;

/**
 * How far a learner is.
 *
 * @param done units done
 * @param total units of the whole run, its budget
 * @param unit what {@code run.budget} counts, such as {@code gradient step} or {@code environment
 *     step}
 * @param environmentSteps control steps of the environment so far, action repeat included; 0 where
 *     nothing acts in training
 * @param gradientSteps steps of the optimiser so far
 */
public record Position(
    long done, long total, String unit, long environmentSteps, long gradientSteps) {
  /** A learner without an environment: gradient steps are what its budget counts. */
  public static Position ofGradientSteps(long done, long total) {
    return new Position(done, total, "gradient step", 0, done);
  }

  /** Whether the budget is used up. */
  public boolean isEnd() {
    return done >= total;
  }
}
