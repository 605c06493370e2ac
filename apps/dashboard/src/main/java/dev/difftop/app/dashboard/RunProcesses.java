package dev.difftop.app.dashboard;

import dev.difftop.app.experiments.executor.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Processes of runs: those that the page started, and those that a sweep takes care of. */
final class RunProcesses {
  private final Path logs;
  private final Sweeps sweeps;
  private final List<String> launcher;
  private final Map<String, Process> own = new ConcurrentHashMap<>();

  /**
   * Processes.
   *
   * @param root folder of the page
   * @param sweeps of the folder
   * @param launcher words that start the command line
   */
  RunProcesses(Path root, Sweeps sweeps, List<String> launcher) {
    this.sweeps = sweeps;
    this.logs = root.resolve(".dashboard");
    this.launcher = List.copyOf(launcher);
  }

  /** Whether a process of a run is known to be alive. */
  boolean isAlive(String name, Path folder) {
    Process process = own.get(name);
    return (process != null && process.isAlive())
        || sweeps.process(folder, "process").flatMap(Processes::isAlive).orElse(false);
  }

  /**
   * Asks a run to stop at its next safe point; with its sweep, where it belongs to one.
   *
   * @return what was asked to stop
   * @throws Refusal if no process of it is known
   */
  String stop(String name, Path folder) {
    Process process = own.get(name);
    if (process != null && process.isAlive()) {
      process.destroy();
      return "the run";
    }
    Optional<Map<?, ?>> owner = sweeps.process(folder, "owner");
    if (owner.flatMap(Processes::isAlive).orElse(false)) {
      long pid = ((Number) owner.orElseThrow().get("pid")).longValue();
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
      return "the sweep that it belongs to";
    }
    throw new Refusal(409, "no process of this run is known here; stop it where it was started");
  }

  /** Resumes a run from its checkpoint. */
  void resume(String name, Path folder) {
    if (isAlive(name, folder)) {
      throw new Refusal(409, "the run is running");
    }
    start(name, List.of("train", "--resume", folder.toString()));
  }

  /** Begins a run with a configuration. */
  void begin(String name, Path config, Path folder) {
    start(name, List.of("train", config.toString(), "--out", folder.toString()));
  }

  private void start(String name, List<String> arguments) {
    if (launcher.isEmpty()) {
      throw new Refusal(
          409, "the launcher of difftop is not known; start dashboard with bin/difftop");
    }
    List<String> words = new ArrayList<>(launcher);
    words.addAll(arguments);
    try {
      Files.createDirectories(logs);
      Path log = logs.resolve(name.replaceAll("[^A-Za-z0-9._-]+", "-") + ".log");
      own.put(
          name,
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
