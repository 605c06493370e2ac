package dev.difftop.env.mujoco;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that do numbered pieces of work together, again and again, without making an object. The
 * caller works, too. Whoever is free takes the next piece, so no piece may depend on another.
 */
final class Team implements AutoCloseable {
  /** One piece of the work. */
  interface Work {
    void piece(int number);
  }

  /** Rounds follow each other closely: looking out for the next one is quicker than sleeping. */
  private static final int LOOKS_BEFORE_SLEEP = 2000;

  private final int pieces;
  private final Work work;
  private final Thread[] helpers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private volatile int round;
  private volatile boolean closed;
  private volatile Thread caller;

  /**
   * A team.
   *
   * @param threads how many work, the caller included
   * @param pieces how many there are in a round
   */
  Team(int threads, int pieces, Work work) {
    this.pieces = pieces;
    this.work = work;
    helpers = new Thread[Math.max(0, Math.min(threads, pieces) - 1)];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Thread(this::help, "mujoco-team-" + i);
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  /** Does all pieces once. */
  void round() {
    next.set(0);
    if (helpers.length > 0) {
      caller = Thread.currentThread();
      busy.set(helpers.length);
      round = round + 1;
      for (Thread helper : helpers) {
        LockSupport.unpark(helper);
      }
    }
    takePieces();
    awaitOthers();
    RuntimeException thrown = failure.getAndSet(null);
    if (thrown != null) {
      throw thrown;
    }
  }

  private void takePieces() {
    try {
      for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
        work.piece(piece);
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  /** Waits even when interrupted: the others are writing. */
  private void awaitOthers() {
    boolean interrupted = false;
    for (int looks = 0; busy.get() > 0; looks++) {
      if (looks < LOOKS_BEFORE_SLEEP) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void help() {
    int done = 0;
    while (!closed) {
      for (int looks = 0; round == done && !closed; looks++) {
        if (looks < LOOKS_BEFORE_SLEEP) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      done++;
      takePieces();
      if (busy.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
