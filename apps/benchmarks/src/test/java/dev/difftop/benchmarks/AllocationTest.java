package dev.difftop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run of a compiled program allocates nothing: counted by the virtual machine, on all threads.
 */
class AllocationTest {
  private static final int RUNS = 200;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static long allocated() {
    long own = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    long[] helpers =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("difftop-worker"))
            .mapToLong(Thread::getId)
            .toArray();
    return own + Arrays.stream(THREADS.getThreadAllocatedBytes(helpers)).sum();
  }

  @ParameterizedTest
  @CsvSource({
    "plan value+gradient B=1, 1",
    "plan value+gradient B=32, 2",
    "linear 512 forward+backward B=32, 1",
    "linear 512 forward+backward B=32, 2"
  })
  void aRunAllocatesNothing(String name, int threads) {
    EngineBenchmark benchmark = new EngineBenchmark();
    benchmark.name = name;
    benchmark.threads = threads;
    benchmark.prepare();
    try {
      run(benchmark);
      // What counting itself allocates is between the two.
      long counting = allocated();
      counting = allocated() - counting;
      long before = allocated();
      run(benchmark);
      double perRun = (allocated() - before - counting) / (double) RUNS;
      assertTrue(perRun < 64, perRun + " bytes per run");
    } finally {
      benchmark.close();
    }
  }

  private static void run(EngineBenchmark benchmark) {
    for (int i = 0; i < RUNS; i++) {
      benchmark.run();
    }
  }
}
