package dev.difftop.optimization;

/** Observes the steps of a {@link DescentBatch}; called by several threads. */
public interface StepListener {
  /**
   * A sample is about to go to its candidate.
   *
   * @param rule the rule that proposed it
   */
  void step(int sample, Iterate at, StepRule rule);

  /** A sample's last step is undone. */
  void stepBack(int sample);

  /** Observes nothing. */
  static StepListener none() {
    return new StepListener() {
      @Override
      public void step(int sample, Iterate at, StepRule rule) {}

      @Override
      public void stepBack(int sample) {}
    };
  }
}
