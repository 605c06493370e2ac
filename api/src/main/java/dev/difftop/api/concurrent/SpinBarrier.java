package dev.difftop.api.concurrent;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Barrier of a fixed number of threads. It can be used again and again, allocates nothing, and
 * waits in a loop before it sleeps: for threads that meet every few microseconds.
 */
public final class SpinBarrier {
  private final int parties;
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int round;

  /**
   * A barrier.
   *
   * @param parties number of threads that meet, at least 1
   */
  public SpinBarrier(int parties) {
    if (parties < 1) {
      throw new IllegalArgumentException(
          "barrier: found %d parties, expected 1 or more".formatted(parties));
    }
    this.parties = parties;
  }

  /** Returns once all parties have called it. What they wrote before is visible to all. */
  public void await() {
    int mine = round;
    if (arrived.incrementAndGet() == parties) {
      arrived.set(0);
      round = mine + 1;
      return;
    }
    for (int turn = 0; round == mine; turn++) {
      WorkerPool.pause(turn);
    }
  }
}
