package dev.difftop.launcher.spark;

import dev.difftop.app.experiments.executor.RunCommand;
import dev.difftop.app.experiments.executor.RunExecutor;
import dev.difftop.app.experiments.executor.RunProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One task a run, one job a task: a run that is lost with its executor concerns no other. The task
 * starts the launcher of difftop on its machine and returns the exit status; everything else is
 * found in the folder of the sweep, which all machines share.
 */
public final class SparkExecutor implements RunExecutor {
  /** How long to wait for executors: a setting of Spark, with more patience than its own. */
  private static final String WAIT = "spark.scheduler.maxRegisteredResourcesWaitingTime";

  private final JavaSparkContext context;
  private final ClassLoader loader;
  private final int jobs;
  private final int threads;

  /**
   * Connects. Made by reflection: this class lives in another loader than its caller.
   *
   * @param settings of Spark
   * @param jobs most runs at once; 0 for as many as there are cores for
   * @param threads of a run
   * @param bridge jar that executors load
   * @param loader of Spark
   * @param notes receives lines for the user
   */
  public SparkExecutor(
      Map<String, String> settings,
      int jobs,
      int threads,
      String bridge,
      ClassLoader loader,
      Consumer<String> notes) {
    this.loader = loader;
    this.jobs = jobs;
    this.threads = threads;
    SparkConf conf = conf(settings, threads, bridge);
    ExecutorCores.clear();
    this.context = inLoader(() -> new JavaSparkContext(conf));
    try {
      awaitExecutors(conf.getTimeAsSeconds(WAIT));
    } catch (RuntimeException e) {
      context.stop();
      throw e;
    }
    notes.accept(
        "spark: %s, %d cores".formatted(conf.get(SparkProvider.MASTER), ExecutorCores.total()));
  }

  private static SparkConf conf(Map<String, String> settings, int threads, String bridge) {
    SparkConf conf = new SparkConf(false);
    conf.set("spark.app.name", "difftop sweep");
    conf.set(WAIT, "120s");
    conf.set("spark.ui.enabled", "false");
    conf.set("spark.ui.showConsoleProgress", "false");
    settings.forEach(conf::set);
    String jars = settings.get("spark.jars");
    conf.set("spark.jars", jars == null ? bridge : jars + "," + bridge);
    String listeners = settings.get("spark.extraListeners");
    String own = ExecutorCores.class.getName();
    conf.set("spark.extraListeners", listeners == null ? own : listeners + "," + own);
    // What a run needs, and what the sweep decides. Spark moves the runs of a machine that is gone
    // to
    // another; a run whose task failed otherwise is started again by the sweep, if at all.
    conf.set("spark.task.cpus", Integer.toString(threads));
    conf.set("spark.task.maxFailures", "1");
    conf.set("spark.speculation", "false");
    return conf;
  }

  private void awaitExecutors(long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (ExecutorCores.largest() < threads) {
      if (context.sc().isStopped()) {
        throw new IllegalStateException("the cluster refused the application; see its logs");
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "no executor with %d cores (--threads-per-run) within %d s (spark.scheduler.maxRegisteredResourcesWaitingTime); are there workers with free cores and memory?"
                .formatted(threads, seconds));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while connecting to Spark", e);
    }
  }

  /** Spark finds its classes by the loader of the thread that calls it. */
  private <T> T inLoader(Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** As many as there are cores for at this moment: executors come and go. */
  @Override
  public int slots() {
    int room = ExecutorCores.slots(threads);
    return jobs > 0 ? Math.min(jobs, room) : room;
  }

  @Override
  public RunProcess start(RunCommand command) throws IOException {
    if (context.sc().isStopped()) {
      throw new IOException("the connection to Spark has ended");
    }
    Files.createDirectories(command.log().toAbsolutePath().getParent());
    RunTask task = new RunTask(command.begin(), command.resume(), command.folder(), command.log());
    Path signals = command.log().toAbsolutePath();
    Signal.clear(signals);
    return inLoader(
        () -> {
          context.setLocalProperty("spark.job.description", command.name());
          return new SparkRun(context.parallelize(List.of(0), 1).map(task).collectAsync(), signals);
        });
  }

  @Override
  public void close() {
    inLoader(
        () -> {
          context.stop();
          return null;
        });
  }
}
