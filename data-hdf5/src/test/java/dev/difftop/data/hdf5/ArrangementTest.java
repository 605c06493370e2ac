package dev.difftop.data.hdf5;

import static dev.difftop.data.hdf5.Fixtures.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.data.hdf5.file.NaturalOrder;
import dev.difftop.hdf5.H5File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** First rows, splits, merged and converted files. */
class ArrangementTest {
  @TempDir Path folder;

  private final DatasetInspector inspector = new RobomimicProvider().inspector().orElseThrow();

  private Path sample(String name) {
    return Sample.write(folder.resolve(name), f -> {});
  }

  @Test
  void headShowsTheFirstRows() {
    Map<String, Object> head = inspector.head(sample("s.hdf5"), Optional.of("demo_2"), 2);
    assertEquals("demo_2", head.get("demo"));
    assertEquals(2, head.get("rows"));
    Map<String, Object> arrays = map(head.get("arrays"));
    assertEquals(
        List.of(List.of(7f, 8f), List.of(9f, 10f)), map(arrays.get("actions")).get("values"));
    assertEquals("demo_1", inspector.head(sample("s.hdf5"), Optional.empty(), 9).get("demo"));
    assertEquals("UNKNOWN_DEMO", inspector.head(sample("s.hdf5"), Optional.of("x"), 1).get("kind"));
  }

  @Test
  void aSplitIsDrawnBySeedAndWritten() {
    Path path = sample("s.hdf5");
    Map<String, Object> split = inspector.split(path, 0.34, 7);
    assertEquals("ok", split.get("result"), split::toString);
    assertEquals(1, ((List<?>) split.get("valid")).size());
    Map<String, Object> found = inspector.check(path);
    assertEquals(split.get("train"), map(found.get("masks")).get("train"));
    assertEquals(split.get("valid"), map(found.get("masks")).get("valid"));
    List<String> all = new ArrayList<>();
    ((List<?>) split.get("train")).forEach(name -> all.add((String) name));
    ((List<?>) split.get("valid")).forEach(name -> all.add((String) name));
    all.sort(NaturalOrder.INSTANCE);
    assertEquals(List.of("demo_1", "demo_2", "demo_10"), all);
    assertEquals(split, inspector.split(path, 0.34, 7));
    assertThrows(IllegalArgumentException.class, () -> inspector.split(path, 1, 7));
  }

  @Test
  void seedsDrawDifferentSplits() {
    Path path = sample("s.hdf5");
    List<Object> drawn = new ArrayList<>();
    for (long seed = 0; seed < 8; seed++) {
      drawn.add(inspector.split(path, 0.34, seed).get("valid"));
    }
    assertNotEquals(1, drawn.stream().distinct().count());
  }

  @Test
  void mergedFilesHoldAllEpisodesUnchanged() {
    Path a = sample("a.hdf5");
    Path twice = folder.resolve("twice.hdf5");
    inspector.merge(List.of(a, a), twice, false);
    Map<String, Object> both = inspector.check(twice);
    assertEquals("ok", both.get("result"), both::toString);
    assertEquals(6, both.get("num_demos"));
    Map<String, Object> one = map(inspector.check(a).get("demos"));
    assertEquals(one.get("demo_10"), map(both.get("demos")).get("demo_5"));
    assertEquals(
        List.of("demo_0", "demo_2", "demo_3", "demo_5"), map(both.get("masks")).get("train"));
  }

  @Test
  void filesThatDisagreeAreNotMerged() {
    Path out = folder.resolve("out.hdf5");
    List<Path> files = List.of(sample("a.hdf5"), Fixtures.file("robomimic_image_gzip.hdf5"));
    Map<String, Object> merged = inspector.merge(files, out, false);
    assertEquals("SHAPE_MISMATCH", merged.get("kind"), merged::toString);
    assertTrue(merged.get("where").toString().endsWith("data/demo_0/actions"), merged::toString);
    assertFalse(Files.exists(out));
  }

  @Test
  void aMergeThatFailsLeavesNothing() throws IOException {
    Path out = folder.resolve("out.hdf5");
    Map<String, Object> merged =
        inspector.merge(List.of(sample("a.hdf5"), folder.resolve("missing.hdf5")), out, false);
    assertEquals("UNREADABLE", merged.get("kind"));
    try (var entries = Files.list(folder)) {
      assertEquals(List.of("a.hdf5"), entries.map(p -> p.getFileName().toString()).toList());
    }
  }

  @Test
  void aRecordingBecomesTrainable() {
    Path recording = folder.resolve("demo.hdf5");
    try (H5File f = H5File.create(recording)) {
      f.write("data/demo_1/actions", Sample.ramp(6, 0), 3, 2);
      f.write("data/demo_1/states", Sample.ramp(12, 0), 3, 4);
      f.writeFixed("data/demo_1/notes", List.of("x"));
      try (var data = f.group("data")) {
        data.setAttribute("env", "Lift");
      }
      f.commit();
    }
    Path out = folder.resolve("out.hdf5");
    Map<String, Object> converted = inspector.convert(recording, out, "robomimic", false);
    assertEquals("ok", converted.get("result"), converted::toString);
    assertEquals(Map.of("demo_1", "demo_0"), converted.get("demos"));
    assertEquals(List.of("notes"), converted.get("dropped"));
    Map<String, Object> found = inspector.check(out);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("", found.getOrDefault("variant", ""));
  }

  @Test
  void theInspectorIsChosenByTheFile() {
    List<DatasetInspector> all = List.of(inspector);
    assertEquals("robomimic", DatasetInspector.forFile(all, sample("s.hdf5")).format());
    Path other = folder.resolve("other.h5");
    try (H5File f = H5File.create(other)) {
      f.write("x", new double[1], 1);
      f.commit();
    }
    DataException unknown =
        assertThrows(DataException.class, () -> DatasetInspector.forFile(all, other));
    assertEquals("MISSING_KEY", unknown.kind());
    Path missing = folder.resolve("missing.h5");
    DataException fault =
        assertThrows(DataException.class, () -> DatasetInspector.forFile(all, missing));
    assertEquals("UNREADABLE", fault.kind());
    assertTrue(fault.where().contains("missing.h5"));
  }
}
