package dev.difftop.launcher.spark;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.Function;

/**
 * The process of a run, on the machine of an executor. It holds a pipe from the executor: when that
 * ends, however, the run stops at its next safe point. Executors have this jar and Spark alone: no
 * type of the application may be mentioned here.
 */
final class RunTask implements Function<Integer, Integer> {
  private static final long serialVersionUID = 1;
  private static final int TERMINATED = 128 + 15;
  private static final long POLL_MS = 200;

  private final ArrayList<String> begin;
  private final ArrayList<String> resume;
  private final String folder;
  private final String log;

  RunTask(List<String> begin, List<String> resume, Path folder, Path log) {
    this.begin = new ArrayList<>(begin);
    this.resume = new ArrayList<>(resume);
    this.folder = folder.toAbsolutePath().toString();
    this.log = log.toAbsolutePath().toString();
  }

  /** The exit status of the run. */
  @Override
  public Integer call(Integer ignored) throws IOException, InterruptedException {
    Path signals = Path.of(log);
    while (!isFree()) {
      if (Signal.STOP.isSent(signals) || Signal.KILL.isSent(signals)) {
        return TERMINATED;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    boolean resumes = Files.exists(Path.of(folder, "config.yaml"));
    ProcessBuilder builder =
        new ProcessBuilder(resumes ? resume : begin)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(Path.of(log).toFile()));
    builder.environment().merge("DIFFTOP_OPTS", "-Ddifftop.supervised=true", (a, b) -> a + " " + b);
    // Spark is of no use to the run.
    builder.environment().remove("DIFFTOP_CLASSPATH");
    Process process = builder.start();
    try {
      return end(process, signals);
    } finally {
      process.destroy();
    }
  }

  private static int end(Process process, Path signals) throws InterruptedException {
    boolean asked = false;
    while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
      if (Signal.KILL.isSent(signals)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      } else if (!asked && Signal.STOP.isSent(signals)) {
        asked = true;
        process.destroy();
      }
    }
    return process.exitValue();
  }

  /**
   * Whether no process has the run folder. That of an executor that was lost may still be on its
   * way to its next safe point.
   */
  private boolean isFree() throws IOException {
    Path lock = Path.of(folder, ".lock");
    if (!Files.exists(lock)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      return held != null;
    }
  }
}
