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

  private void assertTold(Path place, String... confined) throws Exception {
    Path file = place.resolve("demos.hdf5");
    Path printed = folder.resolve("printed");
    List<String> command = new ArrayList<>(List.of(confined));
    command.addAll(
        ChildJava.command(
            List.of("-Xmx256m", "-XX:ErrorFile=" + folder.resolve("hs_err")),
            FillsTheDisk.class,
            file));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    int status = process.waitFor();
    String said = Files.readString(printed);
    assertEquals(0, status, said);
    assertTrue(said.contains("WRITE_FAILED: " + file), said);
    assertTrue(said.contains("append WRITE_FAILED"), said);
    assertTrue(said.contains("left [" + file + "]" + TWO), said);
  }
}
