package dev.difftop.env.mujoco;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Shares independent rows among a few threads, the caller's own among them. */
final class RowWork {
  /** Rows that a thread takes at a time. */
  private static final int PORTION = 4;

  private static final int IDLE_SECONDS = 10;

  /** Threads come when they are needed and go when they are not. */
  private static final ThreadPoolExecutor HELPERS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "mujoco-rows");
            thread.setDaemon(true);
            return thread;
          });

  /** Work on the rows {@code from} to {@code upTo - 1}. */
  interface Rows {
    void work(int from, int upTo);
  }

  private RowWork() {}

  /**
   * Works on the rows 0 to {@code rows - 1}; returns when all are done.
   *
   * @param threads how many at most, at least 1
   */
  static void share(int rows, int threads, Rows rowsWork) {
    int workers = Math.min(threads, (rows + PORTION - 1) / PORTION);
    if (workers <= 1) {
      rowsWork.work(0, rows);
      return;
    }
    AtomicInteger next = new AtomicInteger();
    Runnable portions =
        () -> {
          int from = next.getAndAdd(PORTION);
          while (from < rows) {
            rowsWork.work(from, Math.min(rows, from + PORTION));
            from = next.getAndAdd(PORTION);
          }
        };
    List<Future<?>> others = new ArrayList<>();
    for (int i = 1; i < workers; i++) {
      others.add(HELPERS.submit(portions));
    }
    try {
      portions.run();
    } finally {
      others.forEach(RowWork::await);
    }
  }

  /** Waits even when interrupted: the rows are being written to. */
  private static void await(Future<?> other) {
    boolean interrupted = false;
    while (true) {
      try {
        other.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
