package dev.difftop.optimization;

import dev.difftop.api.Status;

/** What a batched solver keeps for each sample: whether it is finished, and how. */
public final class SampleResults {
  private final Status[] status;
  private final int[] iterations;

  /** Nothing finished yet. */
  public SampleResults(int batch) {
    this.status = new Status[batch];
    this.iterations = new int[batch];
  }

  /** Ends a sample. */
  public void finish(int sample, Status how, int atIteration) {
    status[sample] = how;
    iterations[sample] = atIteration;
  }

  /** Whether a sample goes on. */
  public boolean isActive(int sample) {
    return status[sample] == null;
  }

  /** Whether any sample goes on. */
  public boolean anyActive() {
    for (Status s : status) {
      if (s == null) {
        return true;
      }
    }
    return false;
  }

  /** Ends all samples that go on. */
  public void finishRest(Status how, int atIteration) {
    for (int b = 0; b < status.length; b++) {
      if (status[b] == null) {
        finish(b, how, atIteration);
      }
    }
  }

  /** How each sample ended. */
  public Status[] status() {
    return status;
  }

  /** Iterations of each sample. */
  public int[] iterations() {
    return iterations;
  }
}
