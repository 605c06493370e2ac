package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.app.cli.Child;
import dev.difftop.app.cli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is full in the middle of a run: the run ends with a reason and resumes elsewhere. */
final class TrainingDiskFullTest {
  @TempDir private Path temp;

  /** Disks in KiB on which an episode of the replay, and a later checkpoint, do not fit. */
  @Test
  void endsWithAReasonAndResumesToTheSameBytes() throws Exception {
    Path disk = disk();
    Path config =
        Files.writeString(
            temp.resolve("tiny.yaml"), ReinforcementLearningTest.CONFIG.formatted("difftop"));
    Path whole = temp.resolve("whole");
    Run.of("train", config, "--out", whole).good();
    for (int kib : new int[] {300, 480, 900}) {
      Path kept = temp.resolve("kept-" + kib);
      String script =
          mount(disk, kib)
              + "; \"$0\" \"$@\"; status=$?; cp -r %s/run %s 2>/dev/null; exit $status"
                  .formatted(disk, kept);
      endsWithoutSpace(script, config, disk);
      if (Files.exists(kept)) {
        Run.of("train", "--resume", kept).good();
        assertArrayEquals(
            Files.readAllBytes(whole.resolve("checkpoints/latest.h5")),
            Files.readAllBytes(kept.resolve("checkpoints/latest.h5")),
            () -> kib + " KiB");
      } else {
        assertEquals(300, kib, "a run that began is kept");
      }
    }
    assertTrue(Files.exists(temp.resolve("kept-900")));
  }

  /**
   * Something else fills the disk while the run writes a small file: it ends with the file and the
   * reason, and once there is space again it resumes to its end.
   */
  @ParameterizedTest
  @ValueSource(strings = {"run/metrics.csv", "run/evaluations.csv"})
  void namesTheFileThatDoesNotFit(String file) throws Exception {
    Path disk = disk();
    Path config =
        Files.writeString(
            temp.resolve("tiny.yaml"), TinyTraining.CONFIG.formatted(TinyTraining.DEMONSTRATIONS));
    Path kept = temp.resolve("kept");
    String script =
        """
        %s; cd %s
        (while ! test -e %s; do sleep 0.005; done; cat /dev/zero > zeros 2> errors) & filler=$!
        "$0" "$@"; status=$?; kill $filler 2> errors; rm -f zeros; cp -r run %s; exit $status
        """
            .formatted(mount(disk, 4000), disk, file, kept);
    String last = endsWithoutSpace(script, config, disk);
    assertTrue(last.contains(disk + "/run/"), last);
    Run.of("train", "--resume", kept).good();
    assertTrue(Files.exists(kept.resolve("evaluation.json")));
  }

  private Path disk() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    assumeTrue(
        new ProcessBuilder("unshare", "-rm", "sh", "-c", mount(disk, 100)).start().waitFor() == 0,
        "no disk can be made here");
    return disk;
  }

  /** Trains within a script that mounts the disk; the last line names a file on it. */
  private String endsWithoutSpace(String script, Path config, Path disk) throws Exception {
    try (Child child =
        new Child(
            temp,
            List.of("unshare", "-rm", "sh", "-c", script),
            "train",
            config,
            "--out",
            disk.resolve("run"))) {
      Run ended = child.end();
      assertEquals(4, ended.status(), ended::toString);
      String last = ended.err().lines().reduce("", (before, line) -> line);
      assertTrue(last.startsWith("difftop: " + disk), ended::toString);
      assertTrue(last.contains("No space left on device"), ended::toString);
      return last;
    }
  }

  private static String mount(Path disk, int kib) {
    return "mount -t tmpfs -o size=%dk tmpfs %s".formatted(kib, disk);
  }
}
