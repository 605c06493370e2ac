package dev.difftop.launcher.spark;

import dev.difftop.app.experiments.executor.ExecutorProvider;
import dev.difftop.app.experiments.executor.RunExecutor;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.function.Consumer;

/** Offers {@link SparkExecutor} under the name {@code spark}. */
public final class SparkProvider implements ExecutorProvider {
  static final String MASTER = "spark.master";

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public String summary() {
    return "tasks on a Spark cluster, one a run; all machines see the folder of the sweep";
  }

  @Override
  public RunExecutor open(Request request) {
    request
        .settings()
        .keySet()
        .forEach(
            key -> {
              if (!key.startsWith("spark.")) {
                throw new IllegalArgumentException(
                    "--set %s: executor spark has the settings of Spark alone, spark.…"
                        .formatted(key));
              }
            });
    String master = request.settings().get(MASTER);
    if (master == null || master.isBlank()) {
      throw new IllegalArgumentException(
          "executor spark: --set spark.master is missing; expected local[2] or spark://HOST:7077");
    }
    Masters.requireReachable(master);
    SparkJars jars = SparkJars.find();
    try {
      SparkLoader loader = new SparkLoader(jars.all());
      Class<?> type = loader.loadClass("dev.difftop.launcher.spark.SparkExecutor");
      return (RunExecutor)
          type.getDeclaredConstructor(
                  Map.class, int.class, int.class, String.class, ClassLoader.class, Consumer.class)
              .newInstance(
                  request.settings(),
                  request.jobs(),
                  request.threadsPerRun(),
                  jars.bridge().toString(),
                  loader,
                  request.notes());
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "executor spark: %s does not start: %s".formatted(master, reason(e.getCause())), e);
    } catch (ReflectiveOperationException | IOException e) {
      throw new IllegalStateException("Spark in " + jars.folder() + " cannot be loaded: " + e, e);
    }
  }

  /** The first line of the innermost message. */
  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.lines().findFirst().orElse(cause.toString());
  }
}
