package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is in robomimic layout, and read back. */
class RobomimicWriterTest {
  @TempDir Path folder;

  private Dataset.Writer writer(Path path) {
    return new RobomimicProvider()
        .writer(path, Map.of("env_args", "{\"env_name\": \"Toy\"}"), true)
        .orElseThrow();
  }

  private static Map<String, Array> episode(int rows) {
    Array image = Array.zeros(DType.UINT8, Shape.of(rows, 12, 10, 3));
    for (int i = 0; i < image.size(); i++) {
      image.set(i, i % 256);
    }
    return Map.of(
        "actions", Array.of(Sample.ramp(2 * rows, -1), rows, 2),
        "obs/state", Array.of(new float[3 * rows], rows, 3),
        "obs/camera_image", image,
        "rewards", Array.of(Sample.ramp(rows, 0.25)),
        "dones", Array.of(new float[rows]));
  }

  @Test
  void episodesComeBack() {
    Path path = folder.resolve("w.hdf5");
    try (Dataset.Writer writer = writer(path)) {
      writer.append(episode(30));
      writer.append(episode(4));
      assertFalse(Files.exists(path));
    }
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(path.toString()))) {
      assertEquals(
          List.of(new Dataset.Episode("demo_0", 30), new Dataset.Episode("demo_1", 4)),
          data.episodes());
      assertEquals("{\"env_name\": \"Toy\"}", data.attributes().get("env_args"));
      assertEquals("34", data.attributes().get("total"));
      Array image = data.read(0, "obs/camera_image", 3, 2);
      assertEquals(Shape.of(2, 12, 10, 3), image.shape());
      assertEquals((3 * 360 + 7) % 256, image.get(7));
      assertArrayEquals(
          new double[] {0.25, 1.25, 2.25, 3.25}, data.read(1, "rewards", 0, 4).toDoubles());
    }
  }

  @Test
  void theLayoutIsThatOfRobomimic() {
    Path path = folder.resolve("w.hdf5");
    try (Dataset.Writer writer = writer(path)) {
      writer.append(episode(30));
    }
    try (H5File f = H5File.open(path);
        H5Group data = f.group("data");
        H5Group demo = f.group("data/demo_0")) {
      assertEquals("<i8", data.requireAttribute("total").type().code());
      assertEquals(0, data.requireAttribute("total").shape().length);
      assertEquals("<i8", demo.requireAttribute("num_samples").type().code());
      assertEquals("|O", data.requireAttribute("env_args").type().code());
      assertEquals("<f8", type(demo, "actions"));
      assertEquals("<f4", type(demo, "obs/state"));
      assertEquals("<i8", type(demo, "dones"));
      assertEquals("|u1", type(demo, "obs/camera_image"));
      try (H5Dataset image = demo.dataset("obs/camera_image")) {
        assertArrayEquals(new long[] {10, 12, 10, 3}, image.storage().chunk());
        assertEquals("deflate", image.storage().filters().get(0).name());
      }
    }
  }

  private static String type(H5Group demo, String path) {
    try (H5Dataset dataset = demo.dataset(path)) {
      return dataset.type().code();
    }
  }

  @Test
  void badEpisodesAreRefusedAndTheGoodOnesKept() {
    Path path = folder.resolve("w.hdf5");
    try (Dataset.Writer writer = writer(path)) {
      writer.append(episode(3));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.append(Map.of("rewards", Array.of(new double[3]))));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              writer.append(
                  Map.of(
                      "actions", Array.of(new double[6], 3, 2),
                      "rewards", Array.of(new double[4]))));
    }
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(path.toString()))) {
      assertEquals(1, data.episodes().size());
    }
  }

  @Test
  void anEpisodeThatCannotBeWrittenLeavesTheOldFile() throws IOException {
    Path path = Files.writeString(folder.resolve("w.hdf5"), "old");
    try (Dataset.Writer writer = writer(path)) {
      writer.append(episode(3));
      // A group and an array of the same name cannot both be there.
      assertThrows(
          RuntimeException.class,
          () ->
              writer.append(
                  Map.of(
                      "actions", Array.of(new double[6], 3, 2),
                      "obs", Array.of(new double[3]),
                      "obs/state", Array.of(new double[3]))));
    }
    assertEquals("old", Files.readString(path));
  }

  @Test
  void withoutEpisodesThereIsNoFile() throws IOException {
    Path path = folder.resolve("w.hdf5");
    Dataset.Writer writer = writer(path);
    assertThrows(IllegalStateException.class, writer::close);
    try (var entries = Files.list(folder)) {
      assertEquals(0, entries.count());
    }
  }

  @Test
  void valuesAreReadBackInTheirWidth() {
    Path path = folder.resolve("w.hdf5");
    try (Dataset.Writer writer = writer(path)) {
      writer.append(Map.of("actions", Array.of(new double[] {1e-300, Math.PI}, 1, 2)));
    }
    try (H5File f = H5File.open(path)) {
      assertArrayEquals(
          new double[] {1e-300, Math.PI},
          f.dataset("data/demo_0/actions").readDoubles(H5Slab.all()));
    }
  }

  @Test
  void episodesAreAddedToAFile() throws IOException {
    Path path = Sample.write(folder.resolve("s.hdf5"), f -> {});
    byte[] before = Files.readAllBytes(path);
    try (Dataset.Writer writer = new RobomimicProvider().appender(path).orElseThrow()) {
      assertThrows(IllegalArgumentException.class, () -> writer.append(episode(3)));
      writer.append(more(3));
      assertArrayEquals(before, Files.readAllBytes(path));
    }
    try (Dataset data = new RobomimicDataset(DemonstrationConfig.of(path.toString()))) {
      assertEquals(
          List.of("demo_1", "demo_2", "demo_10", "demo_11"),
          data.episodes().stream().map(Dataset.Episode::name).toList());
      assertEquals("19", data.attributes().get("total"));
      assertEquals(4.5, data.read(3, "actions", 1, 1).get(1));
      assertEquals(13.5, data.read(1, "obs/state", 2, 1).get(0));
    }
    try (Dataset train =
        new RobomimicDataset(DemonstrationConfig.of(path.toString()).withFilter("train"))) {
      assertEquals(2, train.episodes().size());
    }
  }

  private static Map<String, Array> more(int rows) {
    return Map.of(
        "actions", Array.of(Sample.ramp(2 * rows, 1.5), rows, 2),
        "obs/state", Array.of(Sample.ramp(3 * rows, 0), rows, 3),
        "obs/object", Array.of(Sample.ramp(rows, 0)));
  }

  @Test
  void anAppenderThatGivesUpLeavesTheFile() throws IOException {
    Path path = Sample.write(folder.resolve("s.hdf5"), f -> {});
    byte[] before = Files.readAllBytes(path);
    try (Dataset.Writer writer = new RobomimicProvider().appender(path).orElseThrow()) {
      writer.append(more(3));
      writer.abandon();
    }
    assertArrayEquals(before, Files.readAllBytes(path));
    Path none = folder.resolve("none.hdf5");
    assertThrows(dev.difftop.api.DataException.class, () -> new RobomimicProvider().appender(none));
  }
}
