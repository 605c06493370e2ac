package dev.difftop.engine.nd4j.plan;

import dev.difftop.engine.nd4j.step.Step;

/** A step that counts its time, for the profile. */
final class TimedStep implements Step {
  private final Step step;
  private long nanos;
  private long runs;

  TimedStep(Step step) {
    this.step = step;
  }

  @Override
  public void prepare() {
    step.prepare();
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    step.run();
    nanos += System.nanoTime() - start;
    runs++;
  }

  /** Mean time of a run in microseconds; 0 before the first. */
  double microseconds() {
    return runs == 0 ? 0 : nanos / 1e3 / runs;
  }
}
