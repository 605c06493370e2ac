package dev.difftop.launcher.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Cores of the executors that are there. Spark makes the listener; a process has one context. */
public final class ExecutorCores extends SparkListener {
  private static final Map<String, Integer> CORES = new ConcurrentHashMap<>();

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded event) {
    CORES.put(event.executorId(), event.executorInfo().totalCores());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    CORES.remove(event.executorId());
  }

  static void clear() {
    CORES.clear();
  }

  static int total() {
    return CORES.values().stream().mapToInt(cores -> cores).sum();
  }

  static int largest() {
    return CORES.values().stream().mapToInt(cores -> cores).max().orElse(0);
  }

  /** How many tasks of that many cores fit; a task does not span executors. */
  static int slots(int threads) {
    return CORES.values().stream().mapToInt(cores -> cores / threads).sum();
  }
}
