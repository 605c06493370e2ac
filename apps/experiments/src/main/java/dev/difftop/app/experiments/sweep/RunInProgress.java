package dev.difftop.app.experiments.sweep;

import dev.difftop.app.experiments.executor.RunProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A run whose process this sweep started. */
final class RunInProgress {
  private static final int TAIL = 8_000;

  private final PlannedRun run;
  private final RunProcess process;
  private final Path folder;
  private final long logStart;
  private final long started = System.nanoTime();
  private Optional<Long> stopAsked = Optional.empty();
  private boolean timedOut;

  RunInProgress(PlannedRun run, RunProcess process, Path folder, long logStart) {
    this.run = run;
    this.process = process;
    this.folder = folder;
    this.logStart = logStart;
  }

  PlannedRun run() {
    return run;
  }

  RunProcess process() {
    return process;
  }

  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Asks it once to stop. */
  void stop() {
    if (stopAsked.isEmpty()) {
      stopAsked = Optional.of(System.nanoTime());
      process.stop();
    }
  }

  /** Ends it in two steps if it takes too long: a checkpoint first, if it still can. */
  void enforce(Optional<Duration> limit, Duration grace) {
    if (limit.isPresent() && seconds() > limit.get().toMillis() / 1e3) {
      timedOut = true;
      stop();
      if (System.nanoTime() - stopAsked.orElseThrow() > grace.toNanos()) {
        process.kill();
      }
    }
  }

  /** How it ended; empty while it runs. */
  Optional<Outcome> outcome(Path log, Optional<Duration> limit) {
    int exit;
    try {
      if (process.exitStatus().isEmpty()) {
        return Optional.empty();
      }
      exit = process.exitStatus().getAsInt();
    } catch (IllegalStateException e) {
      return Optional.of(Outcome.interrupted("its executor was lost: " + e.getMessage()));
    }
    Outcome outcome = Outcome.of(exit, folder, log, logStart);
    if (outcome.status() == RunStatus.FINISHED) {
      return Optional.of(outcome);
    }
    if (timedOut) {
      return Optional.of(
          Outcome.timedOut(limit.map(l -> Durations.clock(l.toMillis() / 1e3)).orElse("")));
    }
    return Optional.of(
        stopAsked.isPresent() ? Outcome.interrupted("stopped with its sweep") : outcome);
  }

  /** Where it is, by the last whole line of its metrics. */
  SweepListener.Running state() {
    return new SweepListener.Running(run.name(), position(), budget(), seconds());
  }

  private long budget() {
    return run.document().get("run") instanceof Map<?, ?> settings
            && settings.get("budget") instanceof Number budget
        ? budget.longValue()
        : 0;
  }

  private long position() {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("metrics.csv").toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
      String first = lines[lines.length - 1].split(",")[0];
      return first.matches("\\d+") ? Long.parseLong(first) : 0;
    } catch (IOException e) {
      return 0; // Not begun yet.
    }
  }
}
