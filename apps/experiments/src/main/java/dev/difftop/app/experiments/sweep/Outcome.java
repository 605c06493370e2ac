package dev.difftop.app.experiments.sweep;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.io.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the process of a run ended.
 *
 * @param status what it means for the run
 * @param interrupted whether something outside of the run ended the process
 * @param values for the ledger
 */
record Outcome(RunStatus status, boolean interrupted, Map<String, Object> values) {
  private static final int SIGNALS = 128;

  /** Interrupt, kill, terminate: sent from outside. All others are faults of the process. */
  private static final List<Integer> SENT = List.of(2, 9, 15);

  /** Of a shell, or of {@code taskset}: the launcher is missing, or may not be executed. */
  private static final List<Integer> NOT_STARTED = List.of(126, 127);

  private static final int MOST_LOG = 64_000;

  /** Of a run that has reached its end. */
  static Outcome finished(Path run) {
    Map<String, Object> values = new LinkedHashMap<>();
    figures(run, values);
    return new Outcome(RunStatus.FINISHED, false, values);
  }

  /**
   * Of a process that ended.
   *
   * @param exit its status
   * @param run its folder
   * @param log what it printed
   * @param from where its part of the log begins
   */
  static Outcome of(int exit, Path run, Path log, long from) {
    if (exit == 0 && Files.exists(run.resolve("evaluation.json"))) {
      return finished(run);
    }
    if (NOT_STARTED.contains(exit)) {
      return interrupted("cannot be started: " + reason(exit, log, from));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("exit", exit);
    if (exit > SIGNALS) {
      int signal = exit - SIGNALS;
      values.put("reason", "ended by signal %d; see %s".formatted(signal, log.getFileName()));
      return SENT.contains(signal)
          ? new Outcome(RunStatus.PENDING, true, values)
          : new Outcome(RunStatus.CRASHED, false, values);
    }
    values.put("reason", reason(exit, log, from));
    return new Outcome(RunStatus.FAILED, false, values);
  }

  /** Of a process that took too long. */
  static Outcome timedOut(String limit) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("reason", "took longer than its time limit of " + limit);
    return new Outcome(RunStatus.TIMED_OUT, false, values);
  }

  /** Of a process that was stopped, or whose executor was lost. */
  static Outcome interrupted(String reason) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("reason", reason);
    return new Outcome(RunStatus.PENDING, true, values);
  }

  private static void figures(Path run, Map<String, Object> values) {
    try {
      Map<String, Object> evaluation = Json.read(run.resolve("evaluation.json"));
      for (String key : List.of("mean", "success_any", "success_last")) {
        if (evaluation.get(key) instanceof Number number) {
          values.put(key, number);
        }
      }
      Map<String, Object> manifest = Json.read(run.resolve("manifest.json"));
      if (manifest.get("compute") instanceof Map<?, ?> compute) {
        values.put("seconds", sum(compute.get("wall_seconds")));
        values.put("processor_seconds", sum(compute.get("processor_seconds")));
      }
    } catch (DataException e) {
      values.put("unreadable", e.getMessage());
    }
  }

  private static double sum(Object byPhase) {
    return byPhase instanceof Map<?, ?> map
        ? map.values().stream().mapToDouble(v -> ((Number) v).doubleValue()).sum()
        : 0;
  }

  /** The messages of the application, else the last line. */
  private static String reason(int exit, Path log, long from) {
    List<String> lines = tail(log, from).lines().filter(line -> !line.isBlank()).toList();
    List<String> messages =
        lines.stream()
            .filter(line -> line.startsWith("difftop: "))
            .map(line -> line.substring("difftop: ".length()))
            .toList();
    List<String> chosen = messages.isEmpty() ? lines : messages;
    String text = chosen.isEmpty() ? "no message" : chosen.get(chosen.size() - 1).strip();
    return "exit status %d: %s".formatted(exit, text);
  }

  private static String tail(Path log, long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(from, file.length() - MOST_LOG);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "the log cannot be read: " + e.getMessage();
    }
  }
}
