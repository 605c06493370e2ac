package dev.difftop.api.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Fixed number of threads that divide jobs among themselves, the caller being thread 0.
 *
 * <p>A pool is a light handle. Its other threads come from one set of daemon threads of the whole
 * process: borrowed for a call, given back after it, started when there are too few, ended after
 * ten seconds without work. So any number of pools may exist, nothing need be closed, and a job may
 * use another pool. Between calls a thread waits in a loop for a moment before it sleeps, so that
 * calls that follow each other closely do not pay for waking it. A call allocates nothing.
 *
 * <p>One thread at a time may use a pool; several threads need several pools.
 */
public final class WorkerPool {
  /** A job that any thread may do. */
  @FunctionalInterface
  public interface Job {
    /**
     * Does a job.
     *
     * @param job number of the job
     * @param thread number of the thread that does it, 0 to {@link WorkerPool#threads} - 1
     */
    void run(int job, int thread);
  }

  private enum Mode {
    /** One job for every thread, all at the same time. */
    TOGETHER,
    /** Job j on thread j modulo threads. */
    ASSIGNED,
    /** The next job to the next thread that is free. */
    SHARED
  }

  private static final int SPINS = 20_000;
  private static final long MOST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Threads without work, the one that worked last at the end. Guards itself. */
  private static final List<Helper> IDLE = new ArrayList<>();

  private final Helper[] helpers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicInteger next = new AtomicInteger();
  private Mode mode = Mode.TOGETHER;
  private int count;
  private IntConsumer assigned;
  private Job shared;
  private volatile Throwable failure;

  /**
   * A pool.
   *
   * @param threads number of threads, the caller included, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "worker pool: found %d threads, expected 1 or more".formatted(threads));
    }
    this.helpers = new Helper[threads - 1];
  }

  /** Number of threads, the caller included. */
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * Runs one job on every thread, all at the same time, so that they may wait for each other.
   * Returns when all are done.
   *
   * @param job receives the number of the thread
   * @throws RuntimeException what a job threw; the others run to their end
   * @throws IllegalStateException if another thread, or a job of this pool, is using the pool
   */
  public void together(IntConsumer job) {
    enter();
    mode = Mode.TOGETHER;
    assigned = job;
    run(threads());
  }

  /**
   * Runs jobs 0 to {@code count - 1}, job j on thread {@code j % threads}. Returns when all are
   * done.
   *
   * @param job receives the number of the job
   * @throws RuntimeException what a job threw; jobs that had not begun by then are left out
   * @throws IllegalStateException if another thread, or a job of this pool, is using the pool
   */
  public void assign(int count, IntConsumer job) {
    enter();
    mode = Mode.ASSIGNED;
    assigned = job;
    run(count);
  }

  /**
   * Runs jobs 0 to {@code count - 1}; a thread that is done with one takes the next that no other
   * thread has taken. Returns when all are done.
   *
   * @throws RuntimeException what a job threw; jobs that had not begun by then are left out
   * @throws IllegalStateException if another thread, or a job of this pool, is using the pool
   */
  public void share(int count, Job job) {
    enter();
    mode = Mode.SHARED;
    shared = job;
    run(count);
  }

  private void enter() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "worker pool: it is in use; give every thread, and every job within a job, a pool of its"
              + " own");
    }
  }

  // ------------------------------------------------------------------ a call

  private void run(int jobs) {
    count = jobs;
    failure = null;
    next.set(0);
    int used = Math.max(0, Math.min(helpers.length, jobs - 1));
    try {
      borrow(used);
      work(0);
      giveBack(used);
    } finally {
      assigned = null;
      shared = null;
      busy.set(false);
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private void borrow(int used) {
    if (used == 0) {
      return;
    }
    synchronized (IDLE) {
      for (int i = 0; i < used; i++) {
        helpers[i] = IDLE.isEmpty() ? null : IDLE.remove(IDLE.size() - 1);
      }
    }
    for (int i = 0; i < used; i++) {
      if (helpers[i] == null) {
        helpers[i] = new Helper();
        helpers[i].start();
      }
      helpers[i].give(this, i + 1);
    }
  }

  /** Waits for all helpers; the first goes back last, so that it is the first again. */
  private void giveBack(int used) {
    if (used == 0) {
      return;
    }
    for (int i = 0; i < used; i++) {
      helpers[i].await();
    }
    synchronized (IDLE) {
      for (int i = used - 1; i >= 0; i--) {
        IDLE.add(helpers[i]);
        helpers[i] = null;
      }
    }
  }

  private void work(int thread) {
    try {
      switch (mode) {
        case TOGETHER -> assigned.accept(thread);
        case ASSIGNED -> {
          for (int j = thread; j < count && failure == null; j += helpers.length + 1) {
            assigned.accept(j);
          }
        }
        case SHARED -> {
          for (int j = take(); j < count && failure == null; j = take()) {
            shared.run(j, thread);
          }
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private int take() {
    return next.getAndIncrement();
  }

  /** Waits for another thread: in a loop at first, then asleep for a moment at a time. */
  static void pause(int turn) {
    if (turn < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(50_000);
    }
  }

  // ------------------------------------------------------------------ threads

  /** One of the threads of the process. */
  private static final class Helper extends Thread {
    private static final AtomicInteger STARTED = new AtomicInteger();

    /** Pool whose jobs it does; null while it waits. */
    private volatile WorkerPool pool;

    private int number;

    Helper() {
      super("difftop-worker-" + STARTED.incrementAndGet());
      setDaemon(true);
    }

    void give(WorkerPool next, int thread) {
      number = thread;
      pool = next;
      LockSupport.unpark(this);
    }

    void await() {
      for (int turn = 0; pool != null; turn++) {
        pause(turn);
      }
    }

    @Override
    public void run() {
      long since = System.nanoTime();
      for (int turn = 0; ; turn++) {
        WorkerPool mine = pool;
        if (mine != null) {
          mine.work(number);
          pool = null;
          turn = 0;
          since = System.nanoTime();
        } else if (turn < SPINS) {
          Thread.onSpinWait();
        } else if (System.nanoTime() - since < MOST_IDLE_NANOS) {
          LockSupport.parkNanos(this, MOST_IDLE_NANOS);
        } else if (leave()) {
          return;
        }
      }
    }

    /** False if a pool has borrowed it. */
    private boolean leave() {
      synchronized (IDLE) {
        return IDLE.remove(this);
      }
    }
  }
}
