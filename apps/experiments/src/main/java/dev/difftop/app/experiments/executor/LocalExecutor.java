package dev.difftop.app.experiments.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Processes on this machine. Each holds a pipe from this process on its standard input: when this
 * process ends, however, the pipe ends and the run stops at its next safe point.
 */
final class LocalExecutor implements RunExecutor {
  private final int threads;
  private final List<Integer> cores;
  private final LocalProcess[] running;

  /**
   * An executor.
   *
   * @param cores to pin runs to; empty for no pinning
   */
  LocalExecutor(int jobs, int threads, List<Integer> cores) {
    this.threads = threads;
    this.cores = List.copyOf(cores);
    this.running = new LocalProcess[jobs];
  }

  @Override
  public int slots() {
    return running.length;
  }

  @Override
  public RunProcess start(RunCommand command) throws IOException {
    int slot = freeSlot();
    List<String> words = new ArrayList<>(pinning(slot));
    boolean resumes = Files.exists(command.folder().resolve("config.yaml"));
    words.addAll(resumes ? command.resume() : command.begin());
    Files.createDirectories(command.log().toAbsolutePath().getParent());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
    builder.environment().merge("DIFFTOP_OPTS", "-Ddifftop.supervised=true", (a, b) -> a + " " + b);
    running[slot] = new LocalProcess(builder.start());
    return running[slot];
  }

  private int freeSlot() {
    for (int slot = 0; slot < running.length; slot++) {
      if (running[slot] == null || running[slot].exitStatus().isPresent()) {
        return slot;
      }
    }
    throw new IllegalStateException("all " + running.length + " slots are taken");
  }

  private List<String> pinning(int slot) {
    if (cores.isEmpty()) {
      return List.of();
    }
    String own =
        cores.subList(slot * threads, (slot + 1) * threads).stream()
            .map(String::valueOf)
            .collect(Collectors.joining(","));
    return List.of("taskset", "-c", own);
  }

  @Override
  public void close() {
    for (LocalProcess process : running) {
      if (process != null && process.exitStatus().isEmpty()) {
        process.stop();
      }
    }
  }

  /** A child process. */
  private static final class LocalProcess implements RunProcess {
    private final Process process;

    LocalProcess(Process process) {
      this.process = process;
    }

    @Override
    public OptionalInt exitStatus() {
      return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    @Override
    public void stop() {
      process.destroy();
    }

    @Override
    public void kill() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }

    @Override
    public Map<String, Object> identity() {
      return Processes.identity(process.toHandle());
    }
  }
}
