package dev.difftop.launcher.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task in this process, without Spark. */
class RunTaskTest {
  @TempDir private Path temp;
  private Path folder;
  private Path log;

  @BeforeEach
  void prepare() throws IOException {
    folder = temp.resolve("run");
    log = Files.createFile(temp.resolve("run.log"));
  }

  private CompletableFuture<Integer> start(String begin, String resume) {
    RunTask task =
        new RunTask(List.of("sh", "-c", begin), List.of("sh", "-c", resume), folder, log);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return copy(task).call(0);
          } catch (IOException | ClassNotFoundException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** As it reaches an executor. */
  private static RunTask copy(RunTask task) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(task);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (RunTask) in.readObject();
    }
  }

  private static int status(CompletableFuture<Integer> task) throws Exception {
    return task.get(120, TimeUnit.SECONDS);
  }

  private void awaitLog(String text) throws Exception {
    for (int i = 0; i < 1200 && !Files.readString(log).contains(text); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  @Test
  void beginsOrResumesAndReturnsTheExitStatus() throws Exception {
    assertEquals(4, status(start("echo begun $DIFFTOP_OPTS; exit 4", "exit 9")));
    assertTrue(Files.readString(log).contains("-Ddifftop.supervised=true"));
    Files.createDirectories(folder);
    Files.createFile(folder.resolve("config.yaml"));
    assertEquals(9, status(start("exit 4", "echo resumed; exit 9")));
    assertTrue(Files.readString(log).startsWith("begun"), "the log is continued");
  }

  @Test
  void stopsOnASignalAndEndsWhatDoesNotStop() throws Exception {
    CompletableFuture<Integer> mild =
        start("trap 'exit 143' TERM; echo on; while :; do sleep 0.1; done", "");
    awaitLog("on");
    Signal.STOP.send(log);
    assertEquals(143, status(mild));
    Signal.clear(log);
    CompletableFuture<Integer> deaf =
        start("trap '' TERM; echo deaf; while :; do sleep 0.1; done", "");
    awaitLog("deaf");
    Signal.STOP.send(log);
    Signal.KILL.send(log);
    assertEquals(137, status(deaf));
    Signal.clear(log);
    assertFalse(Signal.STOP.isSent(log) || Signal.KILL.isSent(log));
  }

  @Test
  void waitsForTheProcessOfALostExecutor() throws Exception {
    Files.createDirectories(folder);
    Path lock = Files.createFile(folder.resolve(".lock"));
    // Locks are between processes: another one holds it.
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                lock.toString())
            .redirectErrorStream(true)
            .start();
    assertEquals('h', other.getInputStream().read());
    CompletableFuture<Integer> task = start("echo begun; exit 0", "");
    TimeUnit.MILLISECONDS.sleep(600);
    assertEquals("", Files.readString(log));
    other.getOutputStream().close();
    assertEquals(0, status(task));
  }

  /** Holds a lock until its standard input ends. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        channel.lock();
        System.out.println("held");
        System.in.read();
      }
    }
  }
}
