package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.Windows;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.hdf5.H5File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a learner reads. */
class RobomimicDatasetTest {
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

  private DemonstrationConfig sample() {
    return DemonstrationConfig.of(Sample.write(folder.resolve("s.hdf5"), f -> {}).toString());
  }

  @Test
  void episodesComeInNaturalOrder() {
    try (Dataset data = new RobomimicDataset(sample())) {
      assertEquals(
          List.of(
              new Dataset.Episode("demo_1", 5),
              new Dataset.Episode("demo_2", 7),
              new Dataset.Episode("demo_10", 4)),
          data.episodes());
      assertEquals(
          Set.of("actions", "dones", "obs/object", "obs/state", "rewards"), data.fields().keySet());
      assertEquals(new Dataset.Field(Shape.of(3), DType.FLOAT32), data.fields().get("obs/state"));
      assertEquals(new Dataset.Field(Shape.of(), DType.FLOAT32), data.fields().get("rewards"));
      assertTrue(data.attributes().get("env_args").contains("Toy"));
    }
  }

  /** With room for the arrays in memory, and without. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void rowsAreTheOnesAskedFor(long cacheBytes) {
    try (Dataset data = new RobomimicDataset(sample().withCacheBytes(cacheBytes))) {
      Array rows = data.read(1, "obs/state", 2, 3);
      assertEquals(Shape.of(3, 3), rows.shape());
      assertArrayEquals(
          new double[] {13.5, 14.5, 15.5, 16.5, 17.5, 18.5, 19.5, 20.5, 21.5}, rows.toDoubles());
      rows.fill(0);
      assertEquals(13.5, data.read(1, "obs/state", 2, 1).get(0));
      assertEquals(Shape.of(0, 2), data.read(0, "actions", 5, 0).shape());
      assertThrows(IllegalArgumentException.class, () -> data.read(0, "actions", 5, 1));
      assertThrows(IllegalArgumentException.class, () -> data.read(0, "actions", -1, 1));
      assertThrows(IllegalArgumentException.class, () -> data.read(0, "action", 0, 1));
      assertThrows(IllegalArgumentException.class, () -> data.read(3, "actions", 0, 1));
    }
  }

  @Test
  void windowsRepeatTheEdges() {
    try (Dataset data = new RobomimicDataset(sample())) {
      Windows windows = Windows.over(data.episodes(), new Windows.Rule(3, 2, true, true));
      assertEquals(16, windows.count());
      assertArrayEquals(
          new double[] {0, 0, 1, 2}, Windows.read(data, windows.get(0), "rewards").toDoubles());
      assertArrayEquals(
          new double[] {3, 4, 4, 4}, Windows.read(data, windows.get(4), "rewards").toDoubles());
    }
  }

  @Test
  void aFilterChoosesEpisodes() {
    try (Dataset data = new RobomimicDataset(sample().withFilter("train"))) {
      assertEquals(
          List.of("demo_1", "demo_10"),
          data.episodes().stream().map(Dataset.Episode::name).toList());
    }
    assertFault("MISSING_KEY", "train, valid", sample().withFilter("test"));
  }

  @Test
  void aFilterMustNameEpisodesThatAreThere() {
    Path path =
        Sample.write(
            folder.resolve("u.hdf5"), f -> f.writeFixed("mask/odd", List.of("demo_1", "demo_7")));
    DemonstrationConfig config = DemonstrationConfig.of(path.toString());
    assertFault("UNKNOWN_DEMO", "demo_7", config.withFilter("odd"));
    new RobomimicDataset(config).close();
  }

  @Test
  void fieldsMustBeThere() {
    try (Dataset data = new RobomimicDataset(sample().withFields("actions", "obs/object"))) {
      assertEquals(Set.of("actions", "obs/object"), data.fields().keySet());
    }
    assertFault("MISSING_KEY", "obs/object, obs/state", sample().withFields("obs/image"));
  }

  @Test
  void imagesAreBytesAndReadByChunk() {
    Path path = Fixtures.file("robomimic_image_gzip.hdf5");
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(path.toString()))) {
      Dataset.Field field = data.fields().get("obs/agentview_image");
      assertEquals(new Dataset.Field(Shape.of(84, 84, 3), DType.UINT8), field);
      Array all = data.read(2, "obs/agentview_image", 0, 30);
      Array some = data.read(2, "obs/agentview_image", 11, 4);
      assertEquals(Shape.of(4, 84, 84, 3), some.shape());
      int frame = 84 * 84 * 3;
      for (int i = 0; i < some.size(); i++) {
        assertEquals(all.get(11 * frame + i), some.get(i));
      }
    }
  }

  @Test
  void aReadOverTheLimitIsRefused() {
    Path path =
        Sample.write(
            folder.resolve("wide.hdf5"),
            f -> {
              f.write("data/demo_1/obs/wide", new double[500], 5, 100);
              f.write("data/demo_2/obs/wide", new double[700], 7, 100);
              f.write("data/demo_10/obs/wide", new double[400], 4, 100);
            });
    DemonstrationConfig config =
        new DemonstrationConfig(path, Optional.empty(), List.of(), 0, 2000, false);
    try (Dataset data = new RobomimicDataset(config)) {
      assertEquals(200, data.read(0, "obs/wide", 3, 2).size());
      DataException e = assertThrows(DataException.class, () -> data.read(1, "obs/wide", 0, 7));
      assertEquals("LIMIT_EXCEEDED", e.kind());
    }
  }

  @Test
  void manyThreadsReadTheSame() throws Exception {
    Path path = Fixtures.file("robomimic_low_dim.hdf5");
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try (Dataset lazy =
            new RobomimicDataset(DemonstrationConfig.of(path.toString()).withCacheBytes(1));
        Dataset cached = new RobomimicDataset(DemonstrationConfig.of(path.toString()))) {
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        int start = t;
        work.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    int episode = (start + i) % 5;
                    assertArrayEquals(
                        cached.read(episode, "obs/object", i % 10, 5).toFloats(),
                        lazy.read(episode, "obs/object", i % 10, 5).toFloats());
                  }
                }));
      }
      for (Future<?> one : work) {
        one.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  private void assertFault(String kind, String told, DemonstrationConfig config) {
    DataException e = assertThrows(DataException.class, () -> new RobomimicDataset(config).close());
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains(told), e.getMessage());
    assertTrue(e.getMessage().contains(config.path().toString()), e.getMessage());
  }
}
