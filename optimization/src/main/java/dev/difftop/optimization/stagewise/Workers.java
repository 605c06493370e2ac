package dev.difftop.optimization.stagewise;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Threads that share out jobs, the caller being thread 0. Helpers are started when first needed,
 * spin for a moment between jobs, then sleep, and end when they have slept for long.
 */
public final class Workers implements AutoCloseable {
  /** A job that any thread may do. */
  public interface Job {
    /**
     * Does a job.
     *
     * @param thread number of the thread that does it
     */
    void run(int job, int thread);
  }

  private static final long SPIN_NANOS = 50_000;
  private static final long SLEEP_NANOS = 5_000_000_000L;

  private final Helper[] helpers;
  private final AtomicInteger open = new AtomicInteger();
  private volatile Throwable failure;
  private final AtomicInteger next = new AtomicInteger();
  private int jobs;

  /** Jobs of certain threads, or null. */
  private IntConsumer own;

  /** Jobs of whoever comes first, or null. */
  private Job free;

  /** So many threads, the caller included. */
  public Workers(int threads) {
    this.helpers = new Helper[threads - 1];
  }

  /** Number of threads, the caller included. */
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * Does jobs 0 to {@code count - 1} and waits for all of them: job j is done by thread {@code j %
   * threads}. What one throws is thrown here.
   */
  public void run(int count, IntConsumer work) {
    own = work;
    free = null;
    start(count);
  }

  /** Likewise, but who is done with a job takes the next one that nobody has taken. */
  public void share(int count, Job work) {
    own = null;
    free = work;
    next.set(0);
    start(count);
  }

  private void start(int count) {
    int used = Math.min(helpers.length, count - 1);
    jobs = count;
    failure = null;
    if (used > 0) {
      open.set(used);
      for (int i = 0; i < used; i++) {
        wake(i);
      }
    }
    work(0);
    for (int spins = 0; open.get() > 0; spins++) {
      if (spins < 10_000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private void wake(int i) {
    if (helpers[i] == null || !helpers[i].offer()) {
      helpers[i] = new Helper(i + 1);
      helpers[i].offer();
      helpers[i].start();
    }
  }

  private void work(int thread) {
    try {
      if (free == null) {
        for (int j = thread; j < jobs && failure == null; j += helpers.length + 1) {
          own.accept(j);
        }
      } else {
        for (int j = take(); j < jobs && failure == null; j = take()) {
          free.run(j, thread);
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private int take() {
    return next.getAndIncrement();
  }

  @Override
  public void close() {
    for (Helper helper : helpers) {
      if (helper != null) {
        helper.end();
      }
    }
  }

  private final class Helper extends Thread {
    private static final int IDLE = 0;
    private static final int WORK = 1;
    private static final int ENDED = 2;

    private final int number;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    Helper(int number) {
      super("difftop-solver-" + number);
      this.number = number;
      setDaemon(true);
    }

    /** Gives it work; false if it has ended. */
    boolean offer() {
      boolean taken = state.compareAndSet(IDLE, WORK);
      if (taken) {
        LockSupport.unpark(this);
      }
      return taken;
    }

    void end() {
      state.compareAndSet(IDLE, ENDED);
      LockSupport.unpark(this);
    }

    @Override
    public void run() {
      while (awaitWork()) {
        work(number);
        state.set(IDLE);
        open.decrementAndGet();
      }
    }

    /** False if nothing came for long. */
    private boolean awaitWork() {
      long since = System.nanoTime();
      while (true) {
        int now = state.get();
        if (now != IDLE) {
          return now == WORK;
        }
        long idle = System.nanoTime() - since;
        if (idle < SPIN_NANOS) {
          Thread.onSpinWait();
        } else if (idle < SLEEP_NANOS) {
          LockSupport.parkNanos(this, SLEEP_NANOS - idle);
        } else if (state.compareAndSet(IDLE, ENDED)) {
          return false;
        }
      }
    }
  }
}
