package dev.difftop.app.reference.bench;

import java.util.Arrays;

/** Measures how long something takes, in this process: warm-up first, then single runs. */
public final class Stopwatch {
  /** Fewest runs that are measured. */
  public static final int FEWEST = 7;

  private static final int MOST = 2000;
  private static final int FEWEST_WARM_UPS = 3;

  private Stopwatch() {}

  /**
   * What was measured.
   *
   * @param medianMillis median time of a run
   * @param minMillis shortest run
   * @param runs number of runs
   */
  public record Timing(double medianMillis, double minMillis, int runs) {}

  /**
   * Measures. The warm-up takes half as long as the measurement, since the virtual machine compiles
   * while it runs.
   *
   * @param seconds how long to measure; at least {@link #FEWEST} runs are done whatever it says
   */
  public static Timing measure(Runnable work, double seconds) {
    long warm = System.nanoTime();
    for (int i = 0; i < FEWEST_WARM_UPS || since(warm) < seconds / 2; i++) {
      work.run();
    }
    double[] millis = new double[MOST];
    int n = 0;
    long start = System.nanoTime();
    while (n < FEWEST || (n < MOST && since(start) < seconds)) {
      long run = System.nanoTime();
      work.run();
      millis[n++] = since(run) * 1e3;
    }
    Arrays.sort(millis, 0, n);
    double median = (millis[(n - 1) / 2] + millis[n / 2]) / 2;
    return new Timing(median, millis[0], n);
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
