package dev.difftop.learning.run;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Seconds of a run by phase: of the wall clock, and of the processor for the whole process, worker
 * threads included. A phase within another counts for itself only. A run that resumes adds to what
 * it had.
 */
public final class Compute {
  private final Map<String, Double> wall = new TreeMap<>();
  private final Map<String, Double> processor = new TreeMap<>();

  /** What phases within the present one have taken. */
  private double wallWithin;

  private double processorWithin;

  /** Runs work as part of a phase, such as {@code acting}, {@code updating}, {@code evaluating}. */
  public <T> T in(String phase, Supplier<T> work) {
    long begun = System.nanoTime();
    long used = processorNanos();
    double wallOutside = wallWithin;
    double processorOutside = processorWithin;
    wallWithin = 0;
    processorWithin = 0;
    try {
      return work.get();
    } finally {
      double seconds = (System.nanoTime() - begun) / 1e9;
      double processorSeconds = (processorNanos() - used) / 1e9;
      wall.merge(phase, seconds - wallWithin, Double::sum);
      processor.merge(phase, processorSeconds - processorWithin, Double::sum);
      wallWithin = wallOutside + seconds;
      processorWithin = processorOutside + processorSeconds;
    }
  }

  /** As {@link #in(String, Supplier)}, for work without a result. */
  public void in(String phase, Runnable work) {
    in(
        phase,
        () -> {
          work.run();
          return null;
        });
  }

  /** Continues with what a run has used before. */
  public void add(Map<String, Double> wallBefore, Map<String, Double> processorBefore) {
    wallBefore.forEach((phase, s) -> wall.merge(phase, s, Double::sum));
    processorBefore.forEach((phase, s) -> processor.merge(phase, s, Double::sum));
  }

  /** Seconds of the wall clock by phase. */
  public Map<String, Double> wallSeconds() {
    return Collections.unmodifiableMap(wall);
  }

  /** Seconds of all processors by phase. */
  public Map<String, Double> processorSeconds() {
    return Collections.unmodifiableMap(processor);
  }

  private static long processorNanos() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    return System.nanoTime();
  }
}
