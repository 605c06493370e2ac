package dev.difftop.data.hdf5;

import static dev.difftop.data.hdf5.Fixtures.map;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D4RL, Minari and ManiSkill: what is on disk, and the names that all formats share. */
class OtherFormatsTest {
  private static final List<DatasetInspector> INSPECTORS =
      List.of(
          new RobomimicProvider().inspector().orElseThrow(),
          new D4rlProvider().inspector().orElseThrow(),
          new MinariProvider().inspector().orElseThrow(),
          new ManiskillProvider().inspector().orElseThrow());

  @TempDir Path folder;
  private long baseline;

  @BeforeEach
  void countOpenObjects() {
    baseline = H5File.openObjects();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertEquals(baseline, H5File.openObjects());
  }

  private Path file(String name, Consumer<H5File> content) {
    Path path = folder.resolve(name);
    try (H5File f = H5File.create(path)) {
      content.accept(f);
      f.commit();
    }
    return path;
  }

  private static Map<String, Object> check(Path path) {
    return DatasetInspector.forFile(INSPECTORS, path).check(path);
  }

  private static void booleans(H5Group group, String path, int rows, Integer... set) {
    byte[] values = new byte[rows];
    Set.of(set).forEach(i -> values[i] = 1);
    long[] shape = {rows};
    try (H5Dataset d = group.create(path, H5Type.BOOLEAN, shape, H5Storage.contiguous())) {
      d.write(values, H5Slab.all());
    }
  }

  private static void assertFault(String kind, String where, Map<String, Object> found) {
    assertEquals(kind, found.get("kind"), found::toString);
    assertTrue(found.get("where").toString().endsWith(where), found::toString);
  }

  // D4RL: ten rows, a terminal at 2, a time-out at 6.

  private Path d4rl(Consumer<H5File> spoil) {
    return file(
        "d4rl.hdf5",
        f -> {
          f.write("observations", Sample.ramp(30, 0), 10, 3);
          f.write("actions", Sample.ramp(20, 0), 10, 2);
          f.write("rewards", Sample.ramp(10, 0), 10, 1);
          booleans(f, "terminals", 10, 2);
          booleans(f, "timeouts", 10, 6);
          f.write("infos/qpos", Sample.ramp(10, 0), 10);
          f.write("metadata/iteration", new long[] {3});
          spoil.accept(f);
        });
  }

  @Test
  void flatFilesAreCutAtTheirMarkers() {
    Map<String, Object> found = check(d4rl(f -> {}));
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("d4rl", found.get("format"));
    assertEquals(3, found.get("num_demos"));
    assertEquals(8L, found.get("q_learning_pairs"));
    assertEquals(List.of("episode_0", "episode_1", "episode_2"), found.get("demo_order"));
    assertTrue(map(found.get("datasets")).containsKey("metadata/iteration"));
    Map<String, Object> second = map(map(found.get("demos")).get("episode_1"));
    assertEquals(4, second.get("num_samples"));
    assertEquals(3.0 + 4 + 5 + 6, map(map(second.get("datasets")).get("rewards")).get("sum"));
  }

  @Test
  void flatFilesWithoutTimeoutsAreCutAtTheGivenLimit() {
    Path path = d4rl(f -> f.remove("timeouts"));
    D4rlConfig config = new D4rlConfig(path, 4, List.of(), 0, 2L << 30, false);
    try (Dataset data = new D4rlDataset(config)) {
      assertEquals(
          List.of(3, 4, 3), data.episodes().stream().map(Dataset.Episode::length).toList());
      assertEquals(
          Set.of("actions", "dones", "infos/qpos", "obs/flat", "rewards"), data.fields().keySet());
      assertArrayEquals(new double[] {9, 10, 11}, data.read(1, "obs/flat", 0, 1).toDoubles());
    }
  }

  @Test
  void faultsOfFlatFilesAreSaid() {
    assertFault("MISSING_KEY", ":terminals", check(d4rl(f -> f.remove("terminals"))));
    assertFault(
        "SHAPE_MISMATCH",
        ":observations",
        check(
            d4rl(
                f -> {
                  f.remove("observations");
                  f.write("observations", new double[10], 10);
                })));
    assertFault(
        "LENGTH_MISMATCH",
        ":rewards",
        check(
            d4rl(
                f -> {
                  f.remove("rewards");
                  f.write("rewards", new double[9], 9);
                })));
    assertFault(
        "SHAPE_MISMATCH",
        ":rewards",
        check(
            d4rl(
                f -> {
                  f.remove("rewards");
                  f.write("rewards", new double[20], 10, 2);
                })));
    assertFault(
        "SHAPE_MISMATCH",
        ":next_observations",
        check(d4rl(f -> f.write("next_observations", new double[40], 10, 4))));
  }

  // Minari: episodes of 2 and 3 actions.

  private static void minariEpisode(H5File f, int i, int rows) {
    try (H5Group group = f.createGroup("episode_" + i)) {
      group.setAttribute("id", i);
      group.setAttribute("total_steps", rows);
      group.setAttribute("seed", "None");
      group.write("observations/pos", Sample.ramp(2 * (rows + 1), 0), rows + 1, 2);
      group.write("observations/camera", new byte[(rows + 1) * 48], rows + 1, 4, 4, 3);
      group.write("actions", Sample.ramp(rows, 0.5), rows);
      group.write("rewards", Sample.ramp(rows, 0), rows);
      booleans(group, "terminations", rows, rows - 1);
      booleans(group, "truncations", rows);
    }
  }

  private Path minari(Consumer<H5File> spoil) {
    return file(
        "main_data.hdf5",
        f -> {
          minariEpisode(f, 0, 2);
          minariEpisode(f, 1, 3);
          f.setAttribute("total_episodes", 2);
          f.setAttribute("env_spec", "{\"id\": \"Pen-v1\"}");
          spoil.accept(f);
        });
  }

  @Test
  void minariHasOneObservationMore() {
    Path path = minari(f -> {});
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("minari", found.get("format"));
    assertEquals(5L, found.get("total_samples"));
    try (Dataset data = new MinariDataset(DemonstrationConfig.of(path.toString()))) {
      assertEquals(
          new Dataset.Field(Shape.of(4, 4, 3), DType.UINT8), data.fields().get("obs/camera"));
      assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, data.read(1, "obs/pos", 0, 3).toDoubles());
      assertArrayEquals(
          new double[] {2, 3, 4, 5, 6, 7}, data.read(1, "next_obs/pos", 0, 3).toDoubles());
      assertArrayEquals(new double[] {0, 0, 1}, data.read(1, "dones", 0, 3).toDoubles());
      assertThrows(IllegalArgumentException.class, () -> data.read(1, "obs/pos", 0, 4));
    }
  }

  @Test
  void minariIsFoundInItsFolder() throws IOException {
    Path main = minari(f -> {});
    Path data = Files.createDirectories(folder.resolve("pen/human-v0/data"));
    Files.move(main, data.resolve("main_data.hdf5"));
    Files.writeString(data.resolve("metadata.json"), "{\"author\": [\"x\"], \"total_steps\": 5}");
    Path dataset = folder.resolve("pen/human-v0");
    Map<String, Object> found = check(dataset);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("[\"x\"]", map(found.get("attributes")).get("author"));
    Files.delete(data.resolve("main_data.hdf5"));
    Files.writeString(data.resolve("metadata.json"), "{\"data_format\": \"arrow\"}");
    assertFault("UNSUPPORTED", "human-v0", check(dataset));
    Files.delete(data.resolve("metadata.json"));
    DataException e = assertThrows(DataException.class, () -> check(dataset));
    assertEquals("NOT_HDF5", e.kind());
  }

  @Test
  void faultsOfMinariAreSaid() {
    assertFault("MISSING_KEY", "episode_1", check(minari(f -> f.remove("episode_1"))));
    assertFault("MISSING_KEY", "episode_0", check(minari(f -> f.remove("episode_0"))));
    assertFault(
        "MISSING_KEY",
        "episode_1/truncations",
        check(minari(f -> f.remove("episode_1/truncations"))));
    assertFault(
        "LENGTH_MISMATCH",
        "episode_1/observations/pos",
        check(
            minari(
                f -> {
                  f.remove("episode_1/observations/pos");
                  f.write("episode_1/observations/pos", new double[6], 3, 2);
                })));
    assertFault(
        "BAD_METADATA",
        "@action_space",
        check(minari(f -> f.setAttribute("action_space", "Box("))));
    assertFault(
        "UNSUPPORTED",
        "episode_0/observations/jpeg",
        check(
            minari(
                f ->
                    f.write(
                        "episode_0/observations/jpeg",
                        new byte[] {-1, -40, -1, 0, -1, -40, -1, 1, -1, -40, -1, 2},
                        3,
                        4))));
    assertFault(
        "EXTERNAL_REFUSED",
        "episode_2",
        check(minari(f -> f.linkExternal("episode_2", Path.of("additional_data_0.hdf5"), "/e"))));
  }

  @Test
  void linkedEpisodesAreReadWhenAllowed() {
    Path other = file("additional_data_0.hdf5", f -> minariEpisode(f, 0, 4));
    Path path =
        minari(
            f -> {
              f.linkExternal("episode_2", other.getFileName(), "/episode_0");
              f.setAttribute("total_episodes", 3);
            });
    DemonstrationConfig trusting =
        new DemonstrationConfig(path, java.util.Optional.empty(), List.of(), 0, 2L << 30, true);
    try (Dataset data = new MinariDataset(trusting)) {
      assertEquals(
          List.of(2, 3, 4), data.episodes().stream().map(Dataset.Episode::length).toList());
      assertArrayEquals(
          new double[] {0.5, 1.5, 2.5, 3.5}, data.read(2, "actions", 0, 4).toDoubles());
    }
  }

  // ManiSkill: trajectories of 3 actions, numbered 2 and 10.

  private Path maniskill(String json, Consumer<H5File> spoil) throws IOException {
    Files.writeString(folder.resolve("trajectory.json"), json);
    return file(
        "trajectory.h5",
        f -> {
          for (String name : List.of("traj_10", "traj_2")) {
            f.write(name + "/actions", new float[6], 3, 2);
            f.write(name + "/obs/agent/qpos", Sample.ramp(8, 0), 4, 2);
            f.write(name + "/env_states/actors/cube", Sample.ramp(4, 0), 4, 1);
            booleans(f, name + "/terminated", 3, 2);
            booleans(f, name + "/truncated", 3);
            booleans(f, name + "/success", 3, 2);
          }
          spoil.accept(f);
        });
  }

  private static String json(int steps) {
    return """
    {"env_info": {"env_id": "PickCube-v1", "env_kwargs": {"obs_mode": "state"}},
     "episodes": [{"episode_id": 2, "elapsed_steps": 3}, {"episode_id": 10, "elapsed_steps": %d}]}
    """
        .formatted(steps);
  }

  @Test
  void trajectoriesAgreeWithTheirJson() throws IOException {
    Path path = maniskill(json(3), f -> {});
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("maniskill", found.get("format"));
    assertEquals("maniskill-3", found.get("variant"));
    assertEquals(List.of("traj_2", "traj_10"), found.get("demo_order"));
    assertEquals(List.of(), found.get("warnings"));
    try (Dataset data = new ManiskillDataset(DemonstrationConfig.of(path.toString()))) {
      assertEquals(
          Set.of(
              "actions",
              "obs/agent/qpos",
              "next_obs/agent/qpos",
              "states/actors/cube",
              "dones",
              "truncated",
              "success"),
          data.fields().keySet());
    }
    assertFault("LENGTH_MISMATCH", "traj_10/actions", check(maniskill(json(4), f -> {})));
    String exact = json(3).replace(": 3}", ": 3.0}");
    assertEquals("ok", check(maniskill(exact, f -> {})).get("result"));
    String beyond = json(3).replace("\"elapsed_steps\": 3}]", "\"elapsed_steps\": 4294967299}]");
    assertFault("LENGTH_MISMATCH", "traj_10/actions", check(maniskill(beyond, f -> {})));
    String text = json(3).replace("\"elapsed_steps\": 3}]", "\"elapsed_steps\": \"three\"}]");
    assertFault("BAD_METADATA", "trajectory.json", check(maniskill(text, f -> {})));
    assertFault(
        "NAME_MALFORMED",
        "traj_last",
        check(maniskill(json(3), f -> f.createGroup("traj_last").close())));
    assertFault("BAD_METADATA", "trajectory.json", check(maniskill("{", f -> {})));
    assertFault("BAD_METADATA", "trajectory.json", check(maniskill("{}", f -> {})));
    assertTrue(
        check(maniskill(json(3), f -> f.remove("traj_2")))
            .get("warnings")
            .toString()
            .contains("lists 1 episodes that the file lacks, such as traj_2"));
    assertFault(
        "LENGTH_MISMATCH",
        "traj_2/obs/x",
        check(maniskill(json(3), f -> f.write("traj_2/obs/x", new float[3], 3))));
  }

  // All of them become robomimic's layout.

  @Test
  void everyFormatBecomesRobomimic() throws IOException {
    Path out = folder.resolve("out.hdf5");
    for (Path in : List.of(d4rl(f -> {}), minari(f -> {}), maniskill(json(3), f -> {}))) {
      DatasetInspector inspector = DatasetInspector.forFile(INSPECTORS, in);
      Map<String, Object> converted = inspector.convert(in, out, "robomimic", true);
      assertEquals("ok", converted.get("result"), converted::toString);
      Map<String, Object> found = check(out);
      assertEquals("ok", found.get("result"), found::toString);
      assertEquals("robomimic", found.get("format"));
      assertEquals(check(in).get("total_samples"), found.get("total_samples"));
      assertTrue(map(found.get("attributes")).get("env_args").toString().contains("env_name"));
    }
  }

  /** robomimic's own tools know no observations in observations. */
  @Test
  void observationsInObservationsGetNamesOfTheirOwn() throws IOException {
    Path out = folder.resolve("out.hdf5");
    Path in = maniskill(json(3), f -> {});
    Map<String, Object> converted =
        DatasetInspector.forFile(INSPECTORS, in).convert(in, out, "robomimic", true);
    assertEquals(List.of(), converted.get("warnings"));
    assertTrue(
        ((List<?>) converted.get("changed"))
            .contains("obs/agent/qpos is obs/agent_qpos, without its last row"),
        converted::toString);
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(out.toString()))) {
      assertTrue(data.fields().containsKey("obs/agent_qpos"), data.fields()::toString);
      assertTrue(data.fields().containsKey("next_obs/agent_qpos"), data.fields()::toString);
    }
    Path twice =
        maniskill(
            json(3),
            f ->
                List.of("traj_2", "traj_10")
                    .forEach(t -> f.write(t + "/obs/agent_qpos", new float[8], 4, 2)));
    assertFault(
        "UNSUPPORTED",
        "obs/agent_qpos",
        DatasetInspector.forFile(INSPECTORS, twice).convert(twice, out, "robomimic", true));
  }

  @Test
  void actionsThatReachTooFarAreSaid() {
    Path out = folder.resolve("out.hdf5");
    Path in = d4rl(f -> {});
    Map<String, Object> converted =
        DatasetInspector.forFile(INSPECTORS, in).convert(in, out, "robomimic", true);
    assertTrue(
        converted
            .get("warnings")
            .toString()
            .contains("actions: 9 of 10 rows are beyond -1.0 to 1.0; they reach from 0.0 to 19.0"),
        converted::toString);
  }

  /** As Minari's own reader takes them: nested as the arrays are, integers as far as they go. */
  @Test
  void spacesOfAnExportAreThoseOfItsArrays() throws IOException {
    Path out = folder.resolve("export-v0");
    Path in =
        maniskill(
            json(3),
            f -> {
              for (String t : List.of("traj_2", "traj_10")) {
                f.write(t + "/obs/count", new long[4], 4);
                booleans(f, t + "/obs/flag", 4, 1);
                try (H5Dataset flags =
                    f.create(
                        t + "/obs/flags",
                        H5Type.BOOLEAN,
                        new long[] {4, 2},
                        H5Storage.contiguous())) {
                  flags.write(new byte[8], H5Slab.all());
                }
              }
            });
    DatasetInspector.forFile(INSPECTORS, in).convert(in, out, "minari", true);
    Map<String, Object> metadata =
        map(Json.read(Files.readString(out.resolve("data/metadata.json"))));
    Map<String, Object> spaces =
        map(map(Json.read(metadata.get("observation_space").toString())).get("subspaces"));
    Map<String, Object> qpos = map(map(map(spaces.get("agent")).get("subspaces")).get("qpos"));
    assertEquals("Box", qpos.get("type"));
    assertEquals(List.of(2L), qpos.get("shape"));
    Map<String, Object> count = map(spaces.get("count"));
    assertEquals("int64", count.get("dtype"));
    // Beyond 18 digits the test's reader knows floating-point numbers only.
    assertEquals(-0x1p63, ((Number) count.get("low")).doubleValue());
    assertEquals("Discrete", map(spaces.get("flag")).get("type"));
    assertEquals(List.of(2L), map(spaces.get("flags")).get("n"));
    assertEquals("MultiBinary", map(spaces.get("flags")).get("type"));
    Path again = folder.resolve("again-v0");
    DatasetInspector minari = DatasetInspector.forFile(INSPECTORS, out);
    assertEquals(List.of(), minari.convert(out, again, "minari", false).get("changed"));
    assertEquals("ok", check(again).get("result"));
  }

  @Test
  void aConversionSaysWhatItChanged() {
    Path out = folder.resolve("out.hdf5");
    Path in = minari(f -> {});
    Map<String, Object> converted =
        DatasetInspector.forFile(INSPECTORS, in).convert(in, out, "robomimic", true);
    assertEquals(List.of(), converted.get("dropped"));
    assertTrue(
        ((List<?>) converted.get("changed")).contains("terminations is dones"),
        converted::toString);
    Path flat = d4rl(f -> {});
    Map<String, Object> cut =
        DatasetInspector.forFile(INSPECTORS, flat).convert(flat, out, "robomimic", true);
    assertEquals(List.of("metadata/iteration"), cut.get("dropped"));
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(out.toString()))) {
      assertArrayEquals(new double[] {3, 4, 5, 6}, data.read(1, "rewards", 0, 4).toDoubles());
      assertEquals(Shape.of(), data.fields().get("rewards").shape());
    }
  }

  /** What is written as D4RL and ManiSkill store it is read back as it was. */
  @Test
  void everyLayoutIsReadBack() {
    Path in = Sample.write(folder.resolve("in.hdf5"), f -> {});
    DatasetInspector robomimic = new RobomimicProvider().inspector().orElseThrow();
    for (String layout : robomimic.layouts()) {
      Path out = folder.resolve("as-" + layout + ".h5");
      Map<String, Object> report = robomimic.convert(in, out, layout, false);
      assertEquals("ok", report.get("result"), report::toString);
      DatasetInspector reader = DatasetInspector.forFile(INSPECTORS, out);
      assertEquals(layout, reader.format());
      Map<String, Object> found = reader.check(out);
      assertEquals("ok", found.get("result"), found::toString);
      Map<String, Object> own = robomimic.info(in);
      for (String count : List.of("num_demos", "total_samples")) {
        assertEquals(own.get(count), found.get(count), layout);
      }
      assertEquals("FILE_EXISTS", robomimic.convert(in, out, layout, false).get("kind"));
      Path back = folder.resolve("back-from-" + layout + ".hdf5");
      assertEquals("ok", reader.convert(out, back, "robomimic", false).get("result"));
      assertSameActions(in, back);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> robomimic.convert(in, folder.resolve("x"), "zarr", false));
  }

  private static void assertSameActions(Path expected, Path found) {
    try (Dataset first = new RobomimicDataset(DemonstrationConfig.of(expected.toString()));
        Dataset second = new RobomimicDataset(DemonstrationConfig.of(found.toString()))) {
      for (int e = 0; e < first.episodes().size(); e++) {
        int length = first.episodes().get(e).length();
        assertEquals(length, second.episodes().get(e).length());
        assertArrayEquals(
            first.read(e, "actions", 0, length).toFloats(),
            second.read(e, "actions", 0, length).toFloats());
      }
    }
  }
}
