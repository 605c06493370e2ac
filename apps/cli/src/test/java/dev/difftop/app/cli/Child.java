package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The command line in a process of its own, for what only a process can show. */
public final class Child implements AutoCloseable {
  /** Exit status of a process that was asked to end. */
  public static final int TERMINATED = 128 + 15;

  private static final long PATIENCE_SECONDS = 300;

  private final Process process;
  private final Path out;
  private final Path err;

  /**
   * Starts the application as this test's own JVM was started: the same Java, the same modules.
   *
   * @param folder receives what it says
   */
  public Child(Path folder, Object... arguments) throws IOException {
    this(folder, List.of(), arguments);
  }

  /**
   * As above, started by another command.
   *
   * @param confined is followed by the command line of the application
   */
  public Child(Path folder, List<String> confined, Object... arguments) throws IOException {
    this.out = folder.resolve("child.out");
    this.err = folder.resolve("child.err");
    List<String> command = new ArrayList<>(confined);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-Djava.awt.headless=true"));
    command.addAll(List.of("--module-path", System.getProperty("jdk.module.path")));
    command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    command.addAll(List.of("--module", "dev.difftop.app.cli/dev.difftop.app.cli.Main"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    this.process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
  }

  /** Waits until what it said on standard error fits. */
  public void awaitError(Predicate<String> fits) throws IOException, InterruptedException {
    for (long i = 0; i < PATIENCE_SECONDS * 20; i++) {
      if (fits.test(read(err))) {
        return;
      }
      assertTrue(process.isAlive(), () -> "it ended: " + said());
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("it never said so: " + said());
  }

  /**
   * Asks it to end. SIGTERM takes the way of Ctrl-C through the application, and cannot be ignored
   * by inheritance, as SIGINT is below a shell's background job.
   */
  public void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
  }

  /** Ends it at once, as a power cut would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), this::said);
  }

  /** Waits for its end. */
  public Run end() throws IOException, InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), this::said);
    return new Run(process.exitValue(), read(out), read(err));
  }

  private String said() {
    try {
      return read(err);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
