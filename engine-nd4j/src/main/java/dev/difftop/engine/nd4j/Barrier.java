package dev.difftop.engine.nd4j;

import java.util.concurrent.atomic.AtomicInteger;

/** Where workers wait for each other; can be used again and again, allocates nothing. */
final class Barrier {
  private final int parties;
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int round;

  Barrier(int parties) {
    this.parties = parties;
  }

  /** Returns once all parties have called it. */
  void await() {
    int mine = round;
    if (arrived.incrementAndGet() == parties) {
      arrived.set(0);
      round = mine + 1;
      return;
    }
    for (int turn = 0; round == mine; turn++) {
      Team.pause(turn);
    }
  }
}
