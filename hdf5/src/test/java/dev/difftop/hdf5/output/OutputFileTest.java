package dev.difftop.hdf5.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  private List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertFault(Kind kind, String said, Executable work) {
    H5Exception e = assertThrows(H5Exception.class, work);
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  private static void write(OutputFile output, String text) throws IOException {
    Files.writeString(output.draft(), text);
  }

  @Test
  void anExistingFileIsReplacedOnlyOnDemand() throws IOException {
    Path file = Files.writeString(folder.resolve("a.hdf5"), "old");
    assertFault(Kind.FILE_EXISTS, "--overwrite", () -> OutputFile.create(file, false));
    try (OutputFile output = OutputFile.create(file, true)) {
      write(output, "new");
      assertEquals("old", Files.readString(file));
      output.publish();
    }
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a.hdf5"), files());
  }

  @Test
  void aFileThatAppearsMeanwhileIsKeptAndSoIsTheNewOne() throws IOException {
    Path file = folder.resolve("a.hdf5");
    try (OutputFile output = OutputFile.create(file, false)) {
      write(output, "new");
      Files.writeString(file, "someone else's");
      assertFault(Kind.FILE_EXISTS, "a-unsaved-1.hdf5", output::publish);
    }
    assertEquals("someone else's", Files.readString(file));
    assertEquals("new", Files.readString(folder.resolve("a-unsaved-1.hdf5")));
    assertEquals(List.of("a-unsaved-1.hdf5", "a.hdf5"), files());
  }

  @Test
  void aFileThatHasChangedSinceItWasReadIsNotReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("a.hdf5"), "old");
    try (OutputFile output = OutputFile.update(file)) {
      write(output, "old and more");
      Files.writeString(file, "changed");
      assertFault(Kind.FILE_CHANGED, "a-unsaved-1.hdf5", output::publish);
    }
    assertEquals("changed", Files.readString(file));
    assertEquals("old and more", Files.readString(folder.resolve("a-unsaved-1.hdf5")));
  }

  @Test
  void aSymbolicLinkStaysOne() throws IOException {
    Path file = Files.writeString(folder.resolve("a.hdf5"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.hdf5"), file);
    try (OutputFile output = OutputFile.create(link, true)) {
      assertFault(Kind.FILE_BUSY, "a.hdf5", () -> OutputFile.update(file));
      write(output, "new");
      output.publish();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void aSecondWriterIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.hdf5"), "old");
    try (OutputFile output = OutputFile.create(file, true)) {
      assertFault(Kind.FILE_BUSY, "this process", () -> OutputFile.create(file, true));
      assertFault(Kind.FILE_BUSY, "this process", () -> OutputFile.update(file));
      assertEquals(file, output.file());
    }
    OutputFile.update(file).close();
    assertEquals(List.of("a.hdf5"), files());
  }

  @Test
  void aFileIsFreeAgainWhenItCouldNotBeOpened() throws IOException {
    Path file = Files.writeString(folder.resolve("a.hdf5"), "no HDF5");
    assertFault(Kind.NOT_HDF5, "a.hdf5", () -> H5File.edit(OutputFile.update(file)));
    assertFault(Kind.FILE_EXISTS, "a.hdf5", () -> OutputFile.create(file, false));
    OutputFile.update(file).close();
    assertFault(Kind.UNREADABLE, "b.hdf5", () -> OutputFile.update(folder.resolve("b.hdf5")));
    assertEquals(List.of("a.hdf5"), files());
  }

  /** Many threads at one name: some are refused, and every one that is not counts. */
  @Test
  void nothingIsLostBetweenThreads() throws Exception {
    Path file = Files.writeString(folder.resolve("count"), "0");
    AtomicInteger published = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Runnable> work =
        Stream.<Runnable>generate(() -> () -> countUp(file, published)).limit(200).toList();
    for (var done : pool.invokeAll(work.stream().map(Executors::callable).toList())) {
      done.get();
    }
    pool.shutdown();
    assertTrue(published.get() > 0);
    assertEquals(Integer.toString(published.get()), Files.readString(file));
    assertEquals(List.of("count"), files());
  }

  private static void countUp(Path file, AtomicInteger published) {
    try (OutputFile output = OutputFile.update(file)) {
      write(output, Integer.toString(Integer.parseInt(Files.readString(file)) + 1));
      output.publish();
      published.incrementAndGet();
    } catch (H5Exception e) {
      assertEquals(Kind.FILE_BUSY, e.kind());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Holds a file until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] files) throws IOException {
      try (OutputFile output = OutputFile.create(Path.of(files[0]), false)) {
        System.out.println(output.file());
        System.in.read();
      }
    }
  }

  /**
   * Everything that this test's own JVM has, on the class path: modules, and classes beside them.
   */
  private static String classPath() throws Exception {
    StringBuilder all = new StringBuilder(System.getProperty("java.class.path"));
    for (Class<?> type : List.of(OutputFile.class, Holder.class)) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      all.append(File.pathSeparator).append(from);
    }
    Path tests = Path.of("target", "test-classes").toAbsolutePath();
    return all.append(File.pathSeparator)
        .append(tests)
        .append(File.pathSeparator)
        .append(System.getProperty("jdk.module.path", ""))
        .toString();
  }

  @Test
  void anotherProcessIsNamedAndItsLockEndsWithIt() throws Exception {
    Path file = folder.resolve("a.hdf5");
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                classPath(),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
      assertEquals(file.toString(), out.readLine());
      assertFault(Kind.FILE_BUSY, "process " + holder.pid(), () -> OutputFile.create(file, false));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (OutputFile output = OutputFile.create(file, false)) {
      write(output, "after the other was killed");
      output.publish();
    }
    assertEquals(List.of("a.hdf5"), files());
  }

  @Test
  void aBadPlaceIsNamed() {
    Path nowhere = folder.resolve("nowhere/a.hdf5");
    assertFault(Kind.WRITE_FAILED, "there is no folder", () -> OutputFile.create(nowhere, false));
    assertFault(Kind.WRITE_FAILED, "is a folder", () -> OutputFile.create(folder, false));
    assertThrows(
        H5Exception.class, () -> OutputFile.create(Path.of("/proc/no-such/a.hdf5"), false));
  }
}
