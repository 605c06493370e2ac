package dev.difftop.learning.data;

/**
 * The rows that a learner's sample has, relative to the step i that it belongs to. Rows before the
 * first and after the last one of an episode repeat those.
 *
 * @param firstObservation first observed row, at most 0
 * @param lastObservation last observed row
 * @param firstAction first row of actions
 * @param lastAction last row of actions
 * @param chunkKey the setting that gives the number of actions, for messages
 * @param masked whether the learner leaves repeated rows out, so that short episodes do no harm
 */
public record WindowSpan(
    int firstObservation,
    int lastObservation,
    int firstAction,
    int lastAction,
    String chunkKey,
    boolean masked) {
  /** Refuses empty ranges. */
  public WindowSpan {
    if (firstObservation > 0
        || lastObservation < firstObservation
        || lastAction < firstAction
        || lastObservation < 0
        || lastAction < 0) {
      throw new IllegalArgumentException(
          "window: found observations %d to %d and actions %d to %d, expected rows around step 0"
              .formatted(firstObservation, lastObservation, firstAction, lastAction));
    }
  }

  /** The last {@code history} observations, and {@code chunk} actions from the step on. */
  public static WindowSpan of(int history, int chunk) {
    return new WindowSpan(1 - history, 0, 0, chunk - 1, "chunk", false);
  }

  /**
   * The last {@code history} observations, and {@code predict} actions that begin with the first of
   * them.
   */
  public static WindowSpan aligned(int history, int predict) {
    return new WindowSpan(1 - history, 0, 1 - history, predict - history, "predict", false);
  }

  /** Observations and actions of {@code length} steps; steps after the end do not count. */
  public static WindowSpan sequence(int length) {
    return new WindowSpan(0, length - 1, 0, length - 1, "sequence", true);
  }

  /** Number of observed rows. */
  public int frames() {
    return lastObservation - firstObservation + 1;
  }

  /** Number of actions. */
  public int actions() {
    return lastAction - firstAction + 1;
  }
}
