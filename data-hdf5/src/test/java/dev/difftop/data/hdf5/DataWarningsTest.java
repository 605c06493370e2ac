package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.CheckedDataset;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetWarnings;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is odd about a file and no error: shown by info, check and stats, and known to a dataset.
 */
class DataWarningsTest {
  private static final int ROWS = 60;

  @TempDir Path folder;

  private static float[] swing(int rows) {
    float[] values = new float[2 * rows];
    for (int t = 0; t < rows; t++) {
      values[2 * t] = (float) Math.sin(0.1 * t);
      values[2 * t + 1] = (float) Math.cos(0.1 * t);
    }
    return values;
  }

  /** Two sound episodes, then changed. */
  private Path robomimic(Consumer<H5File> change) {
    Path path = folder.resolve("demos.hdf5");
    try (Dataset.Writer writer =
        new RobomimicProvider().writer(path, Map.of("env_args", "{}"), true).orElseThrow()) {
      for (int e = 0; e < 2; e++) {
        writer.append(
            Map.of(
                "actions", Array.of(new float[ROWS], ROWS, 1),
                "obs/state", Array.of(swing(ROWS), ROWS, 2),
                "rewards", Array.of(new float[ROWS], ROWS),
                "dones", Array.of(new float[ROWS], ROWS)));
      }
    }
    try (H5File file = H5File.edit(path)) {
      change.accept(file);
      file.commit();
    }
    return path;
  }

  private static void replace(H5File file, String path, float[] values, long... shape) {
    file.remove(path);
    file.write(path, values, shape);
  }

  private static DatasetInspector inspector() {
    return new RobomimicProvider().inspector().orElseThrow();
  }

  private static void assertWarned(Path path, String... said) {
    for (Map<String, Object> document :
        List.of(inspector().info(path), inspector().check(path), inspector().stats(path))) {
      assertEquals("ok", document.get("result"), document::toString);
      String warnings = document.get("warnings").toString();
      for (String part : said) {
        assertTrue(warnings.contains(part), warnings);
      }
    }
    try (Dataset dataset = open(path)) {
      String warnings = DatasetWarnings.of(dataset).toString();
      for (String part : said) {
        assertTrue(warnings.contains(part), warnings);
      }
    }
  }

  private static Dataset open(Path path) {
    return new RobomimicDataset(DemonstrationConfig.of(path.toString()));
  }

  @Test
  void soundFilesHaveNone() {
    Path path = robomimic(f -> {});
    for (Map<String, Object> document :
        List.of(inspector().info(path), inspector().check(path), inspector().stats(path))) {
      assertEquals(List.of(), document.get("warnings"));
    }
  }

  @Test
  void numbersThatAreNotFinite() {
    float[] spoilt = swing(ROWS);
    spoilt[2 * 17 + 1] = Float.NaN;
    Path path = robomimic(f -> replace(f, "data/demo_1/obs/state", spoilt, ROWS, 2));
    assertWarned(path, "obs/state: 1 number is not finite, first in demo_1 row 17");
    try (Dataset dataset = CheckedDataset.of(open(path))) {
      dataset.read(0, "obs/state", 0, ROWS);
      DataException e =
          assertThrows(DataException.class, () -> dataset.read(1, "obs/state", 0, ROWS));
      assertEquals("NOT_FINITE", e.kind());
      assertTrue(
          e.getMessage().startsWith(path + ": demo_1/obs/state: row 17, column 1 is NaN"),
          e::getMessage);
    }
  }

  @Test
  void endMarkersThatAreNotFinite() {
    float[] dones = new float[ROWS];
    dones[ROWS - 1] = Float.NaN;
    assertWarned(
        robomimic(f -> replace(f, "data/demo_0/dones", dones, ROWS)),
        "dones: 1 number is not finite");
  }

  @Test
  void actionsBeyondTheRange() {
    float[] actions = new float[ROWS];
    actions[5] = 3.2f;
    assertWarned(
        robomimic(f -> replace(f, "data/demo_0/actions", actions, ROWS, 1)),
        "actions: 1 of 120 rows are beyond -1.0 to 1.0; they reach from 0.0 to 3.2");
  }

  @Test
  void filtersThatOverlap() {
    assertWarned(
        robomimic(
            f -> {
              f.writeFixed("mask/train", List.of("demo_0", "demo_1"));
              f.writeFixed("mask/valid", List.of("demo_1"));
              f.writeFixed("mask/all", List.of("demo_0", "demo_1"));
              f.writeFixed("mask/better_train", List.of("demo_0"));
              f.writeFixed("mask/better_valid", List.of("demo_0"));
            }),
        "filters train and valid share 1 episode, such as demo_1",
        "filters better_train and better_valid share 1 episode, such as demo_0");
  }

  @Test
  void filtersThatArePartsOfOthersAreUsual() {
    Path path =
        robomimic(
            f -> {
              f.writeFixed("mask/train", List.of("demo_0"));
              f.writeFixed("mask/valid", List.of("demo_1"));
              f.writeFixed("mask/50_percent", List.of("demo_0"));
            });
    assertEquals(List.of(), inspector().info(path).get("warnings"));
  }

  @Test
  void jumpsInsideEpisodes() {
    float[] reset = swing(ROWS);
    for (int t = 30; t < ROWS; t++) {
      reset[2 * t] += 4;
    }
    assertWarned(
        robomimic(f -> replace(f, "data/demo_1/obs/state", reset, ROWS, 2)),
        "obs/state: 1 jump inside episodes, first in demo_1 between rows 29 and 30, column 0");
  }

  /** An error only where something must be drawn from it. */
  @Test
  void anEmptyFileIsValid() {
    Path path = folder.resolve("empty.hdf5");
    try (H5File file = H5File.create(path)) {
      file.createGroup("data").close();
      file.commit();
    }
    for (Map<String, Object> document :
        List.of(inspector().info(path), inspector().check(path), inspector().stats(path))) {
      assertEquals("ok", document.get("result"), document::toString);
      assertEquals(0, document.get("num_demos"));
      assertTrue(document.get("warnings").toString().contains("holds no episodes"));
    }
    Path out = folder.resolve("out.hdf5");
    for (Map<String, Object> document :
        List.of(
            inspector().head(path, Optional.empty(), 5),
            inspector().convert(path, out, "robomimic", false),
            inspector().convert(path, out, "minari", false),
            inspector().merge(List.of(path, path), out, false))) {
      assertEquals("MISSING_KEY", document.get("kind"), document::toString);
      assertTrue(document.get("message").toString().contains("no episodes"), document::toString);
    }
    assertFalse(Files.exists(out));
    assertThrows(DataException.class, () -> open(path).close());
    try (Dataset.Writer writer = new RobomimicProvider().appender(path).orElseThrow()) {
      writer.append(Map.of("actions", Array.of(new float[2], 2, 1)));
    }
    assertEquals(1, inspector().info(path).get("num_demos"));
  }

  @Test
  void discreteActionsAndRewardsOfTwoAxesAreRead() {
    Path path =
        robomimic(
            f -> {
              for (String demo : List.of("demo_0", "demo_1")) {
                f.remove("data/" + demo + "/actions");
                try (var actions =
                    f.create(
                        "data/" + demo + "/actions",
                        H5Type.INT64,
                        new long[] {ROWS},
                        H5Storage.contiguous())) {
                  long[] numbers = new long[ROWS];
                  numbers[3] = 5;
                  actions.write(numbers, H5Slab.all());
                }
                replace(f, "data/" + demo + "/rewards", new float[ROWS], ROWS, 1);
              }
            });
    assertEquals(List.of(), inspector().check(path).get("warnings"));
    try (Dataset dataset = open(path)) {
      assertEquals(Shape.of(), dataset.fields().get("actions").shape());
      assertEquals(Shape.of(1), dataset.fields().get("rewards").shape());
      assertEquals(5, dataset.read(1, "actions", 3, 1).get(0));
    }
    Path out = folder.resolve("out.hdf5");
    assertEquals("ok", inspector().convert(path, out, "robomimic", false).get("result"));
    try (Dataset dataset = open(out)) {
      assertEquals(Shape.of(1), dataset.fields().get("actions").shape());
      assertEquals(Shape.of(), dataset.fields().get("rewards").shape());
      assertEquals(5, dataset.read(1, "actions", 3, 1).get(0));
    }
    assertEquals("ok", inspector().stats(path).get("result"));
  }

  private Map<String, Object> maniskill(String episodes) throws IOException {
    Path path = folder.resolve("trajectory.h5");
    try (H5File file = H5File.create(path)) {
      for (int e = 0; e < 2; e++) {
        file.write("traj_" + e + "/actions", new float[6], 3, 2);
        file.write("traj_" + e + "/obs", new float[8], 4, 2);
        file.write("traj_" + e + "/success", new float[3], 3);
      }
      file.commit();
    }
    Files.writeString(
        folder.resolve("trajectory.json"),
        "{\"env_info\": {\"env_id\": \"Pick\"}, \"episodes\": [" + episodes + "]}");
    return new ManiskillProvider().inspector().orElseThrow().info(path);
  }

  @Test
  void companionsThatListOtherEpisodes() throws IOException {
    String both = "{\"episode_id\": 0}, {\"episode_id\": 1}";
    assertEquals(List.of(), maniskill(both).get("warnings"));
    assertEquals(
        List.of("trajectory.json lists 2 episodes that the file lacks, such as traj_2"),
        maniskill(both + ", {\"episode_id\": 2}, {\"episode_id\": 3}").get("warnings"));
    assertEquals(
        List.of("trajectory.json lacks 1 episodes of the file, such as traj_1"),
        maniskill("{\"episode_id\": 0}").get("warnings"));
  }

  @Test
  void numbersOfEpisodesInAnotherFormat() throws IOException {
    for (String one : List.of("1.0", "\"1\"")) {
      Map<String, Object> info =
          maniskill("{\"episode_id\": 0}, {\"episode_id\": %s}".formatted(one));
      assertTrue(
          info.get("warnings").toString().contains("episode_id of another format, such as " + one),
          info::toString);
    }
    Map<String, Object> bad = maniskill("{\"episode_id\": 0}, {\"episode_id\": 1.5}");
    assertEquals("BAD_METADATA", bad.get("kind"));
    assertTrue(bad.get("message").toString().contains("episode_id is 1.5"), bad::toString);
  }

  @Test
  void minariMetadataThatListsMoreEpisodes() throws IOException {
    Path root = folder.resolve("toy-v0");
    try (Dataset.Writer writer = new MinariProvider().writer(root, Map.of(), false).orElseThrow()) {
      writer.append(
          Map.of("actions", Array.of(new float[3], 3, 1), "obs/x", Array.of(new float[3], 3, 1)));
    }
    Path metadata = root.resolve("data/metadata.json");
    String text = Files.readString(metadata);
    Files.writeString(metadata, text.replaceAll("\"total_episodes\": ?1", "\"total_episodes\": 4"));
    DatasetInspector minari = new MinariProvider().inspector().orElseThrow();
    String warnings = minari.info(root).get("warnings").toString();
    assertTrue(
        warnings.contains("total_episodes of metadata.json is 4, the file has 1 episodes"),
        warnings);
    try (H5File file = H5File.edit(root.resolve("data/main_data.hdf5"));
        var episode = file.group("episode_0")) {
      episode.setAttribute("id", "0");
      file.commit();
    }
    String odd = minari.check(root).get("warnings").toString();
    assertTrue(odd.contains("episode_0: attribute id is 0, of type"), odd);
  }
}
