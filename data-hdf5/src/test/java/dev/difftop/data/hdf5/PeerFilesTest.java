package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.data.hdf5.d4rl.D4rlFormat;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.inspect.FileInspector;
import dev.difftop.data.hdf5.maniskill.ManiskillFormat;
import dev.difftop.data.hdf5.minari.MinariFormat;
import dev.difftop.data.hdf5.robomimic.RobomimicFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that h5py wrote, in every number format and with every filter, against what it reads. */
class PeerFilesTest {
  @ParameterizedTest
  @CsvSource({
    "numbers.hdf5, robomimic",
    "latest.hdf5, robomimic",
    "d4rl.hdf5, d4rl",
    "minari.hdf5, minari",
    "maniskill.h5, maniskill"
  })
  void everyNumberIsAsThePeerReadsIt(String name, String format) throws IOException {
    Path file = Fixtures.file("h5py/" + name);
    List<DatasetInspector> all =
        List.of(
            new FileInspector(new RobomimicFormat()),
            new FileInspector(new D4rlFormat()),
            new FileInspector(new MinariFormat()),
            new FileInspector(new ManiskillFormat()));
    Map<String, Object> found = DatasetInspector.forFile(all, file).check(file);
    assertEquals("ok", found.get("result"), () -> found.toString());
    assertEquals(format, found.get("format"));
    Map<String, Object> expected = expected(name);
    assertEquals(expected.get("demo_order"), found.get("demo_order"));
    if (expected.containsKey("datasets")) {
      compare(name, Fixtures.map(expected.get("datasets")), Fixtures.map(found.get("datasets")));
      return;
    }
    Fixtures.map(expected.get("demos"))
        .forEach(
            (demo, arrays) ->
                compare(
                    demo,
                    Fixtures.map(Fixtures.map(arrays).get("datasets")),
                    Fixtures.map(
                        Fixtures.map(Fixtures.map(found.get("demos")).get(demo)).get("datasets"))));
  }

  private static void compare(String at, Map<String, Object> expected, Map<String, Object> found) {
    TreeSet<String> summed = new TreeSet<>(found.keySet());
    summed.removeIf(path -> !Fixtures.map(found.get(path)).containsKey("sum"));
    assertEquals(new TreeSet<>(expected.keySet()), summed, at);
    expected.forEach(
        (path, checksums) ->
            Fixtures.map(checksums)
                .forEach(
                    (key, value) ->
                        assertEquals(
                            value,
                            Fixtures.map(found.get(path)).get(key),
                            () -> at + "/" + path + " " + key)));
  }

  private static Map<String, Object> expected(String name) throws IOException {
    try (InputStream in = PeerFilesTest.class.getResourceAsStream("h5py/found.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Fixtures.map(Fixtures.map(Json.read(text)).get(name));
    }
  }
}
