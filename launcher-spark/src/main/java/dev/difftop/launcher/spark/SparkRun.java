package dev.difftop.launcher.spark;

import dev.difftop.app.experiments.executor.RunProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;

/** A run that is a job of Spark. */
final class SparkRun implements RunProcess {
  private final JavaFutureAction<List<Integer>> job;
  private final Path signals;

  SparkRun(JavaFutureAction<List<Integer>> job, Path signals) {
    this.job = job;
    this.signals = signals;
  }

  @Override
  public OptionalInt exitStatus() {
    if (!job.isDone()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(job.get().get(0));
    } catch (ExecutionException e) {
      throw new IllegalStateException(firstLine(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
  }

  @Override
  public void stop() {
    Signal.STOP.send(signals);
  }

  @Override
  public void kill() {
    Signal.KILL.send(signals);
  }
}
