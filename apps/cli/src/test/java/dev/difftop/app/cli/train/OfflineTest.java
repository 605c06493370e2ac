package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training and measuring on files alone: the configurations of examples/offline. */
final class OfflineTest {
  private static final Path EXAMPLES = Path.of("../../examples").toAbsolutePath().normalize();
  private static final Path DATA = EXAMPLES.resolve("data");
  private static final Path OFFLINE = EXAMPLES.resolve("offline");

  @TempDir static Path temp;

  /** A policy of a few neurons, for files that do not fit it. */
  private static Path cloned;

  @BeforeAll
  static void train() {
    cloned = temp.resolve("cloned");
    Run.of(
            "train",
            OFFLINE.resolve("robomimic.yaml"),
            "--out",
            cloned,
            "run.budget=1",
            "learner.hidden=[4]")
        .good();
  }

  @Test
  void everyLayoutIsHere() throws IOException {
    try (Stream<Path> files = Files.list(OFFLINE)) {
      assertArrayEquals(
          new String[] {
            "common.yaml", "d4rl.yaml", "maniskill.yaml", "minari.yaml", "robomimic.yaml"
          },
          files
              .map(f -> f.getFileName().toString())
              .sorted(Comparator.naturalOrder())
              .toArray(String[]::new));
    }
  }

  /** What is learned errs less than the mean action does. */
  @ParameterizedTest
  @CsvSource({
    "robomimic, cartpole-swingup.hdf5, 60",
    "maniskill, cartpole-swingup-maniskill.h5, 60",
    "minari, cartpole-swingup-v0, 3",
    "d4rl, cartpole-swingup-d4rl.hdf5, 60"
  })
  void aFileOfEveryLayoutIsLearnedFrom(String format, String file, int episodes) {
    Path run = temp.resolve(format);
    Run.of("train", OFFLINE.resolve(format + ".yaml"), "--out", run, "run.budget=100").good();
    JsonNode all = Run.of("evaluate", run, "--offline", DATA.resolve(file), "--json").good().json();
    assertEquals(episodes, all.get("episodes").asInt());
    assertEquals(125 * episodes, all.get("rows").asInt());
    assertEquals(1, all.get("action_error").size());
    double error = all.get("mean_action_error").asDouble();
    assertEquals(all.at("/action_error/0").asDouble(), error, 1e-12);
    assertTrue(all.at("/action_error_rms/0").asDouble() >= error, all::toString);
    assertTrue(error < 0.9 * all.at("/action_error_of_mean_action/0").asDouble(), all::toString);
    JsonNode some =
        Run.of("evaluate", run, "--offline", DATA.resolve(file), "--episodes", 2, "--json")
            .good()
            .json();
    assertEquals(250, some.get("rows").asInt());
    assertTrue(some.get("mean_action_error").asDouble() != error);
  }

  /** The data of a resumed run is that of its start, of a folder too. */
  @Test
  void aFolderThatHasChangedIsRefused() throws IOException {
    Path folder = temp.resolve("changed-v0");
    Files.createDirectories(folder.resolve("data"));
    for (String file : List.of("data/main_data.hdf5", "data/metadata.json")) {
      Files.copy(DATA.resolve("cartpole-swingup-v0").resolve(file), folder.resolve(file));
    }
    Path run = temp.resolve("of-a-folder");
    Run.of(
            "train",
            OFFLINE.resolve("minari.yaml"),
            "--out",
            run,
            "run.budget=1",
            "dataset.path=" + folder)
        .good();
    Run.of("train", "--resume", run).good();
    Path metadata = folder.resolve("data/metadata.json");
    Files.writeString(metadata, Files.readString(metadata) + " ");
    Run.of("train", "--resume", run).bad(3, "changed-v0", "not the data that this run began with");
  }

  @Test
  void episodesOfAFilterAlone() throws IOException {
    Path file = Files.copy(DATA.resolve("cartpole-swingup.hdf5"), temp.resolve("split.hdf5"));
    Run.of("dataset", "split", file, "--valid", 0.1).good();
    JsonNode valid =
        Run.of("evaluate", cloned, "--offline", file, "--filter", "valid", "--json").good().json();
    assertEquals(6, valid.get("episodes").asInt());
    Run.of("evaluate", cloned, "--offline", file, "--filter", "vaild").bad(3, "vaild", "valid");
  }

  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    Path missing = temp.resolve("none.hdf5");
    Run.of("evaluate", cloned, "--offline", missing).bad(3, "none.hdf5");
    Run.of("evaluate", cloned, "--offline", DATA.resolve("cartpole-swingup-d4rl.hdf5"))
        .bad(
            3,
            "cartpole-swingup-d4rl.hdf5",
            "observation position is missing; observation velocity is missing",
            "obs/flat");
    Path empty = Files.createFile(temp.resolve("empty.hdf5"));
    Run.of("evaluate", cloned, "--offline", empty).bad(3, "empty.hdf5");
    Path noEpisodes = temp.resolve("no-episodes.hdf5");
    try (H5File file = H5File.create(noEpisodes);
        H5Group data = file.createGroup("data")) {
      data.setAttribute("total", 0);
      file.commit();
    }
    Run.of("evaluate", cloned, "--offline", noEpisodes).bad(3, "no-episodes.hdf5");
    Run.of("evaluate", cloned, "--format", "d4rl").bad(2, "--format", "--offline");
    Run.of("evaluate", cloned, "--offline", missing, "--episodes", 0).bad(2, "--episodes");
    Run.of("evaluate", cloned).bad(2, "environment", "--offline FILE");
  }

  /** Actions of another size, a number that is not finite. */
  @Test
  void valuesThatDoNotFitAreNamed() {
    Path wide = temp.resolve("wide.hdf5");
    write(wide, 2, 0);
    Run.of("evaluate", cloned, "--offline", wide)
        .bad(3, "actions have size 2, those of the policy 1");
    Path broken = temp.resolve("broken.hdf5");
    write(broken, 1, Double.NaN);
    Run.of("evaluate", cloned, "--offline", broken).bad(3, "broken.hdf5", "demo_0", "obs/position");
    Path whole = temp.resolve("whole.hdf5");
    write(whole, 1, 0);
    Run.of("evaluate", cloned, "--offline", whole).good();
  }

  private static void write(Path path, int actions, double last) {
    try (H5File file = H5File.create(path);
        H5Group data = file.createGroup("data");
        H5Group demo = data.createGroup("demo_0");
        H5Group observations = demo.createGroup("obs")) {
      data.setAttribute("total", 4);
      demo.setAttribute("num_samples", 4);
      double[] position = new double[12];
      position[11] = last;
      demo.write("actions", new double[4 * actions], 4, actions);
      observations.write("position", position, 4, 3);
      observations.write("velocity", new double[8], 4, 2);
      file.commit();
    }
  }
}
