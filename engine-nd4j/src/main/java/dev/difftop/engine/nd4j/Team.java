package dev.difftop.engine.nd4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that help a run. They wait for work briefly in a loop, so that runs that follow each
 * other need not wake them, then asleep; after a while without work they end. Nothing is allocated
 * per run.
 */
final class Team {
  private static final int SPINS = 20_000;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final List<Helper> idle = new ArrayList<>();

  /** Work that several threads do together, each a part. */
  interface Work {
    void run(int part);
  }

  /**
   * Has helpers start on parts 1 to {@code parts - 1}; the caller does part 0 itself, and does not
   * go on before {@link #await}.
   *
   * @param helpers room for {@code parts - 1} helpers
   */
  void start(Work work, Helper[] helpers) {
    synchronized (idle) {
      for (int i = 0; i < helpers.length; i++) {
        helpers[i] = idle.isEmpty() ? null : idle.remove(idle.size() - 1);
      }
    }
    for (int i = 0; i < helpers.length; i++) {
      if (helpers[i] == null || !helpers[i].give(work, i + 1)) {
        helpers[i] = new Helper();
        helpers[i].give(work, i + 1);
        helpers[i].start();
      }
    }
  }

  /** Waits until all helpers are done and lets others have them. */
  void await(Helper[] helpers) {
    for (Helper helper : helpers) {
      helper.await();
    }
    synchronized (idle) {
      for (Helper helper : helpers) {
        idle.add(helper);
      }
    }
  }

  /** Waits, in a loop at first, then asleep for a moment at a time. */
  static void pause(int turn) {
    if (turn < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(50_000);
    }
  }

  /** One thread that helps. */
  static final class Helper extends Thread {
    private static final Work NONE = part -> {};
    private static final Work ENDED = part -> {};

    private volatile Work work = NONE;
    private int part;

    private Helper() {
      super("difftop-engine");
      setDaemon(true);
    }

    /** Takes work on, unless it has ended. */
    private synchronized boolean give(Work next, int nextPart) {
      if (work == ENDED) {
        return false;
      }
      part = nextPart;
      work = next;
      LockSupport.unpark(this);
      return true;
    }

    private synchronized boolean end() {
      if (work == NONE) {
        work = ENDED;
      }
      return work == ENDED;
    }

    private void await() {
      for (int turn = 0; work != NONE; turn++) {
        pause(turn);
      }
    }

    @Override
    public void run() {
      long since = System.nanoTime();
      for (int turn = 0; ; turn++) {
        if (work != NONE) {
          work.run(part);
          work = NONE;
          turn = 0;
          since = System.nanoTime();
        } else if (turn < SPINS) {
          Thread.onSpinWait();
        } else if (System.nanoTime() - since > PATIENCE) {
          if (end()) {
            return;
          }
        } else {
          LockSupport.parkNanos(PATIENCE);
        }
      }
    }
  }
}
