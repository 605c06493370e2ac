package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No room for more: on a disk of 12 MB, where the system lets one be made; by a limit of files. */
class DiskFullTest {
  @TempDir Path folder;

  private static final String TWO =
      "[Episode[name=demo_0, length=1000], Episode[name=demo_1, length=1000]]9999.0";

  @Test
  void theFaultIsToldAndNothingIsLost() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String mount = "mount -t tmpfs -o size=12m tmpfs " + disk;
    assumeTrue(
        new ProcessBuilder("unshare", "-rm", "sh", "-c", mount).start().waitFor() == 0,
        "no disk can be made here");
    assertTold(disk, "unshare", "-rm", "sh", "-c", mount + " && exec \"$0\" \"$@\"");
  }

  /** The system forbids files to be larger than 6 MB: every write into the file would fail. */
  @Test
  void aForbiddenSizeIsToldAndTheProcessEndsInPeace() throws Exception {
    Path place = Files.createDirectory(folder.resolve("place"));
    assertTold(place, "bash", "-c", "ulimit -f 6000; exec \"$0\" \"$@\"");
  }

  /**
   * Arrays that are smaller than what the library would keep back, on a disk with less and less
   * space: it reports every write, and breaks down neither then nor at the end of the process.
   */
  @Test
  void smallArraysOnADiskOfAnySize() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("small"));
    String mount = "mount -t tmpfs -o size=700k tmpfs " + disk;
    assumeTrue(
        new ProcessBuilder("unshare", "-rm", "sh", "-c", mount).start().waitFor() == 0,
        "no disk can be made here");
    String said =
        output(
            SmallArrays.class,
            disk.resolve("small.h5"),
            "unshare",
            "-rm",
            "sh",
            "-c",
            mount + " && exec \"$0\" \"$@\"");
    assertTrue(said.contains("free 640: written\n"), said);
    assertTrue(said.contains("free 400: WRITE_FAILED\n"), said);
    assertTrue(said.contains("free 280: WRITE_FAILED\n"), said);
    assertTrue(said.contains("left []"), said);
  }

  private void assertTold(Path place, String... confined) throws Exception {
    Path file = place.resolve("demos.hdf5");
    String said = output(FillsTheDisk.class, file, confined);
    assertTrue(said.contains("WRITE_FAILED: " + file), said);
    assertTrue(said.contains("append WRITE_FAILED"), said);
    assertTrue(said.contains("left [" + file + "]" + TWO), said);
  }

  /** What a process prints that ends with status 0. */
  private String output(Class<?> main, Path file, String... confined) throws Exception {
    Path printed = folder.resolve("printed");
    List<String> command = new ArrayList<>(List.of(confined));
    command.addAll(
        ChildJava.command(
            List.of("-Xmx256m", "-XX:ErrorFile=" + folder.resolve("hs_err")), main, file));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    int status = process.waitFor();
    String said = Files.readString(printed);
    assertEquals(0, status, said);
    return said;
  }
}
