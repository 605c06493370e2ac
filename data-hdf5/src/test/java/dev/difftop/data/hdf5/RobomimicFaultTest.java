package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.data.hdf5.inspect.FileInspector;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.robomimic.RobomimicFormat;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every fault of a file has its kind, its place and leaves nothing open. */
class RobomimicFaultTest {
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

  private static Map<String, Object> check(Path file) {
    return new FileInspector(new RobomimicFormat()).check(file);
  }

  private void assertFault(String kind, String where, Consumer<H5File> spoil) {
    Path path = Sample.write(folder.resolve("spoilt.hdf5"), spoil);
    assertFault(kind, path + ":" + where, check(path));
  }

  private static void assertFault(String kind, String where, Map<String, Object> document) {
    assertEquals("error", document.get("result"), document::toString);
    assertEquals(kind, document.get("kind"), document.get("message")::toString);
    assertEquals(where, document.get("where"), document.get("message")::toString);
  }

  private static void replace(H5File f, String path, double[] values, long... shape) {
    f.remove(path);
    f.write(path, values, shape);
  }

  @Test
  void theSampleIsSound() {
    Map<String, Object> found = check(Sample.write(folder.resolve("s.hdf5"), f -> {}));
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals(List.of("demo_1", "demo_2", "demo_10"), found.get("demo_order"));
    assertEquals(
        Map.of("train", List.of("demo_1", "demo_10"), "valid", List.of("demo_2")),
        found.get("masks"));
    assertEquals(16L, found.get("total_samples"));
  }

  @Test
  void filesThatAreNone() throws IOException {
    Path missing = folder.resolve("missing.hdf5");
    assertFault("UNREADABLE", missing.toString(), check(missing));
    assertFault("NOT_HDF5", folder.toString(), check(folder));
    Path text = Files.writeString(folder.resolve("text.hdf5"), "demo_0");
    assertFault("NOT_HDF5", text.toString(), check(text));
    Path good = Sample.write(folder.resolve("good.hdf5"), f -> {});
    Path cut = folder.resolve("cut.hdf5");
    byte[] bytes = Files.readAllBytes(good);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    assertFault("TRUNCATED", cut.toString(), check(cut));
  }

  @Test
  void missingParts() {
    assertFault("MISSING_KEY", "data", f -> f.remove("data"));
    assertFault("MISSING_KEY", "data/demo_2/actions", f -> f.remove("data/demo_2/actions"));
    assertFault("MISSING_KEY", "data/demo_2/obs/object", f -> f.remove("data/demo_2/obs/object"));
    assertFault(
        "MISSING_KEY",
        "data/demo_3@num_samples",
        f -> f.write("data/demo_3/actions", new double[4], 2, 2));
  }

  @Test
  void wrongKinds() {
    assertFault(
        "TYPE_MISMATCH",
        "data/demo_2/actions",
        f -> {
          f.remove("data/demo_2/actions");
          f.createGroup("data/demo_2/actions").close();
        });
    assertFault(
        "TYPE_MISMATCH",
        "data",
        f -> {
          f.remove("data");
          f.write("data", new double[1], 1);
        });
    assertFault("TYPE_MISMATCH", "data/demo_3", f -> f.write("data/demo_3", new double[1], 1));
    assertFault(
        "TYPE_MISMATCH",
        "data/demo_1/actions",
        f -> {
          f.remove("data/demo_1/actions");
          f.writeFixed("data/demo_1/actions", List.of("a", "b", "c", "d", "e"));
        });
    assertFault("TYPE_MISMATCH", "mask/odd", f -> f.write("mask/odd", new double[1], 1));
    assertFault(
        "TYPE_MISMATCH",
        "data/demo_1@num_samples",
        f -> attribute(f, "data/demo_1", g -> g.setAttribute("num_samples", "five")));
  }

  private static void attribute(H5File f, String path, Consumer<H5Group> set) {
    try (H5Group group = f.group(path)) {
      set.accept(group);
    }
  }

  @Test
  void wrongShapesAndLengths() {
    assertFault(
        "SHAPE_MISMATCH",
        "data/demo_1/actions",
        f -> replace(f, "data/demo_1/actions", new double[5], 5));
    assertFault(
        "SHAPE_MISMATCH",
        "data/demo_2/actions",
        f -> replace(f, "data/demo_2/actions", new double[21], 7, 3));
    assertFault(
        "SHAPE_MISMATCH",
        "data/demo_1/next_obs/state",
        f -> {
          f.write("data/demo_1/next_obs/state", new double[20], 5, 4);
          f.write("data/demo_2/next_obs/state", new double[28], 7, 4);
          f.write("data/demo_10/next_obs/state", new double[16], 4, 4);
        });
    assertFault(
        "SHAPE_MISMATCH",
        "data/demo_2/obs/state",
        f -> replace(f, "data/demo_2/obs/state", new double[28], 7, 4));
    assertFault(
        "LENGTH_MISMATCH",
        "data/demo_2/obs/state",
        f -> replace(f, "data/demo_2/obs/state", new double[18], 6, 3));
    assertFault(
        "LENGTH_MISMATCH",
        "data/demo_1",
        f -> attribute(f, "data/demo_1", g -> g.setAttribute("num_samples", 6)));
  }

  @Test
  void attributesOfEveryWidthAreAccepted() {
    Path path =
        Sample.write(
            folder.resolve("widths.hdf5"),
            f -> {
              attribute(f, "data/demo_1", g -> g.setAttribute("num_samples", 5.0));
              attribute(f, "data/demo_2", g -> g.setAttribute("num_samples", new double[] {7}));
            });
    assertEquals("ok", check(path).get("result"));
  }

  @Test
  void badMetadata() {
    assertFault(
        "BAD_METADATA",
        "data@env_args",
        f -> attribute(f, "data", g -> g.setAttribute("env_args", "{\"env_name\": ")));
    assertFault(
        "BAD_METADATA",
        "data@env_args",
        f -> attribute(f, "data", g -> g.setAttribute("env_args", "[1]")));
    assertFault(
        "BAD_METADATA",
        "data/demo_1@num_samples",
        f -> attribute(f, "data/demo_1", g -> g.setAttribute("num_samples", 5.5)));
    assertFault(
        "UNKNOWN_DEMO", "mask/odd", f -> f.writeFixed("mask/odd", List.of("demo_1", "demo_3")));
  }

  @Test
  void links() {
    assertFault("LINK_BROKEN", "data/demo_3", f -> f.link("data/demo_3", "/data/demo_4"));
    assertFault("LINK_BROKEN", "data/demo_1/obs/x", f -> f.link("data/demo_1/obs/x", "gone"));
    assertFault(
        "LINK_CYCLE", "data/demo_1/obs/x", f -> f.linkHard("data/demo_1/obs/x", "data/demo_1"));
    assertFault(
        "EXTERNAL_REFUSED",
        "data/demo_1/obs/x",
        f -> f.linkExternal("data/demo_1/obs/x", Path.of("other.hdf5"), "/x"));
  }

  @Test
  void giganticArrays() {
    assertFault("LIMIT_EXCEEDED", "data/demo_1/obs/big", f -> huge(f, 5, 1L << 40));
    assertFault("LIMIT_EXCEEDED", "data/demo_1/obs/big", f -> huge(f, 1L << 40, 3));
  }

  private static void huge(H5File f, long rows, long width) {
    H5Storage storage = H5Storage.chunked(1, Math.min(width, 1024));
    long[] shape = {rows, width};
    f.create("data/demo_1/obs/big", H5Type.FLOAT32, shape, storage).close();
  }

  @Test
  void membersThatAreNoEpisodesAreIgnored() {
    Path path =
        Sample.write(
            folder.resolve("extra.hdf5"),
            f -> {
              f.write("data/notes/values", new double[1], 1);
              f.write("extra/values", new double[1], 1);
              f.link("data/gone", "/nowhere");
              f.write("data/demo_1/datagen_info/pose", new double[2], 1, 2);
              f.linkHard("data/final", "data/demo_2");
            });
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals(List.of("demo_1", "demo_2", "demo_10", "final"), found.get("demo_order"));
  }

  @Test
  void numbersThatAreNotFiniteAreReported() {
    Path path =
        Sample.write(
            folder.resolve("nan.hdf5"),
            f -> {
              try (H5Dataset actions = f.dataset("data/demo_1/actions")) {
                actions.write(new double[] {Double.NaN, 1}, H5Slab.rows(2, 1));
              }
            });
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"));
    assertTrue(found.get("warnings").toString().contains("data/demo_1/actions"));
  }

  @Test
  void aTotalThatIsNoneIsReported() {
    assertTotalReported("99", g -> g.setAttribute("total", 99));
    assertTotalReported("many", g -> g.setAttribute("total", "many"));
    assertTotalReported("16.5", g -> g.setAttribute("total", 16.5));
    assertTotalReported("[16.0, 1.0]", g -> g.setAttribute("total", new double[] {16, 1}));
  }

  private void assertTotalReported(String told, Consumer<H5Group> total) {
    Path path = Sample.write(folder.resolve("total.hdf5"), f -> attribute(f, "data", total));
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"));
    assertTrue(found.get("warnings").toString().contains("total is " + told), found::toString);
  }

  @Test
  void aTotalOfAnotherWidthIsSound() {
    Path path =
        Sample.write(
            folder.resolve("wide.hdf5"),
            f -> attribute(f, "data", g -> g.setAttribute("total", new double[] {16})));
    assertFalse(check(path).get("warnings").toString().contains("total"));
  }

  @Test
  void theRecordersFilesHaveNoLengthsOrObservations() {
    Path path = folder.resolve("demo.hdf5");
    try (H5File f = H5File.create(path)) {
      f.write("data/demo_1/actions", new double[6], 3, 2);
      f.write("data/demo_1/states", new double[12], 3, 4);
      attribute(f, "data", g -> g.setAttribute("env", "Lift"));
      f.commit();
    }
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("robosuite-recording", found.get("variant"));
    assertEquals(3L, found.get("total_samples"));
  }

  @Test
  void observationsMayNest() {
    Path path = folder.resolve("isaac.hdf5");
    try (H5File f = H5File.create(path)) {
      f.write("data/demo_0/actions", new float[6], 3, 2);
      f.write("data/demo_0/obs/policy/joint_pos", new float[12], 3, 4);
      f.write("data/demo_0/initial_state/root", new float[7], 1, 7);
      attribute(f, "data/demo_0", g -> g.setAttribute("num_samples", 3));
      attribute(f, "data/demo_0", g -> g.setAttribute("success", true));
      attribute(f, "data", g -> g.setAttribute("env_args", "{\"type\": 2}"));
      f.commit();
    }
    Map<String, Object> found = check(path);
    assertEquals("ok", found.get("result"), found::toString);
    assertEquals("isaac-lab", found.get("variant"));
    try (RobomimicDataset data = new RobomimicDataset(DemonstrationConfig.of(path.toString()))) {
      assertEquals(java.util.Set.of("actions", "obs/policy/joint_pos"), data.fields().keySet());
    }
  }
}
