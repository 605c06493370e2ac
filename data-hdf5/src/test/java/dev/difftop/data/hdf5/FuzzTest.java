package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files, each by its own seed, in a process of their own: no breakdown of the process, no
 * untyped exception, no endless loop, no allocation beyond the limits. More of them by {@code
 * -Ddifftop.fuzz.cases=50000}, others by {@code -Ddifftop.fuzz.seed=…}.
 */
class FuzzTest {
  private static final int CASES = Integer.getInteger("difftop.fuzz.cases", 600);
  private static final long SEED = Long.getLong("difftop.fuzz.seed", 1);

  @TempDir Path folder;

  @Test
  void damagedFilesAreRefusedOrRead() throws Exception {
    Path mark = folder.resolve("seed");
    Path printed = folder.resolve("printed");
    int status = start(mark, printed).waitFor();
    assertEquals(0, status, () -> "at seed " + read(mark) + ": " + read(printed));
    assertTrue(read(printed).contains(CASES + " cases from seed " + SEED), () -> read(printed));
  }

  private Process start(Path mark, Path printed) throws Exception {
    // A limit of 64 MiB is set for reads; what is allocated beyond that shows as an error here.
    List<String> command =
        ChildJava.command(
            List.of("-Xmx384m", "-XX:ErrorFile=" + folder.resolve("hs_err")),
            Fuzz.class,
            Fixtures.file("h5py"),
            SEED,
            CASES,
            mark);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(printed.toFile())
        .start();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
