package dev.difftop.app.reference.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Counts what is allocated on the heap, by all threads that there are. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** Bytes that a run allocates. */
  static long of(Runnable run) {
    count(() -> {});
    long counting = count(() -> {});
    return Math.max(0, count(run) - counting);
  }

  private static long count(Runnable run) {
    long[] threads = THREADS.getAllThreadIds();
    long before = sum(threads);
    run.run();
    return sum(threads) - before;
  }

  private static long sum(long[] threads) {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(threads)).filter(b -> b > 0).sum();
  }
}
