package dev.difftop.env.mujoco;

import dev.difftop.api.concurrent.WorkerPool;

/** Divides independent rows among a few threads, the caller's own among them. */
final class RowWork {
  /** Rows that a thread takes at a time. */
  private static final int PORTION = 4;

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
    int portions = (rows + PORTION - 1) / PORTION;
    if (Math.min(threads, portions) <= 1) {
      rowsWork.work(0, rows);
      return;
    }
    new WorkerPool(threads)
        .share(
            portions,
            (portion, thread) ->
                rowsWork.work(portion * PORTION, Math.min(rows, (portion + 1) * PORTION)));
  }
}
