package dev.difftop.app.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.app.cli.Run;
import dev.difftop.assembly.Plugins;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.output.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetCommandTest {
  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void writeTwoEpisodes() {
    file = temp.resolve("two.hdf5");
    DatasetProvider<?> provider = robomimic();
    Map<String, String> attributes =
        Map.of("env_args", "{\"env_name\": \"made-up\", \"type\": 2, \"env_kwargs\": {}}");
    try (Dataset.Writer writer = provider.writer(file, attributes, false).orElseThrow()) {
      writer.append(episode(4));
      writer.append(episode(3));
    }
  }

  private static DatasetProvider<?> robomimic() {
    return (DatasetProvider<?>)
        Plugins.discover().find(Dataset.class, "robomimic").orElseThrow().provider();
  }

  private static Map<String, Array> episode(int length) {
    float[] x = new float[2 * length];
    float[] u = new float[length];
    for (int i = 0; i < length; i++) {
      x[2 * i] = i;
      u[i] = i % 2 == 0 ? -0.5f : 0.5f;
    }
    return Map.of(
        "obs/x",
        Array.of(x, length, 2),
        "actions",
        Array.of(u, length, 1),
        "rewards",
        Array.of(new float[length], length),
        "dones",
        Array.of(new float[length], length));
  }

  @Test
  void flatFilesAreCutAsTold() {
    Path flat = temp.resolve("flat.hdf5");
    try (H5File f = H5File.create(flat)) {
      f.write("observations", new float[20], 10, 2);
      f.write("actions", new float[10], 10, 1);
      f.write("rewards", new float[10], 10);
      f.write("terminals", new float[10], 10);
      f.commit();
    }
    JsonNode whole = Run.of("dataset", "check", flat, "--json").good().json();
    assertEquals(1, whole.get("num_demos").asInt());
    assertTrue(whole.get("warnings").toString().contains("max-episode-steps"), whole::toString);
    for (String command : List.of("check", "info", "stats")) {
      JsonNode cut =
          Run.of("dataset", command, flat, "--max-episode-steps", 4, "--json").good().json();
      assertEquals(3, cut.get("num_demos").asInt());
    }
    Path out = temp.resolve("converted.hdf5");
    Run.of("dataset", "convert", flat, out, "--max-episode-steps", 4).good();
    assertEquals(
        3, Run.of("dataset", "check", out, "--json").good().json().get("num_demos").asInt());
    Run.of("dataset", "picture", flat, "--max-episode-steps", 4, "--out", temp.resolve("p.svg"))
        .good();
    Run.of("dataset", "check", flat, "--max-episode-steps", 0).bad(2, "max-episode-steps");
    Run.of("dataset", "check", file, "--max-episode-steps", 4)
        .bad(2, "max-episode-steps", "robomimic");
  }

  @Test
  void countsAndChecks() {
    JsonNode info = Run.of("dataset", "info", file, "--json").good().json();
    assertEquals("ok", info.get("result").asText());
    assertEquals("robomimic", info.get("format").asText());
    assertEquals(2, info.get("num_demos").asInt());
    assertEquals(7, info.get("total_samples").asInt());
    JsonNode check = Run.of("dataset", "check", file, "--json").good().json();
    assertEquals(4, check.at("/demos/demo_0/num_samples").asInt());
    JsonNode x = check.get("demos").get("demo_0").get("datasets").get("obs/x");
    assertEquals(6, x.get("sum").asDouble());
    assertEquals(64, x.get("sha256_f32le").asText().length());
    assertEquals(2, x.at("/shape/1").asInt());
    assertTrue(Run.of("dataset", "info", file).good().out().contains("num_demos: 2"));
  }

  @Test
  void drawsArrays() throws IOException {
    Path chart = temp.resolve("chart.svg");
    Run.of("dataset", "picture", file, "--out", chart, "--field", "obs/x").good();
    assertTrue(Files.readString(chart).contains("obs/x of demo_0"));
    Run.of("dataset", "picture", file, "--out", chart, "--overwrite", "--episode", "demo_1").good();
    for (String field : List.of("actions", "dones", "obs/x", "rewards")) {
      assertTrue(Files.readString(chart).contains(field + " of demo_1"), field);
    }
    Run.of("dataset", "picture", file, "--out", temp.resolve("a.png")).bad(2, "pictures", "obs/x");
    Run.of("dataset", "picture", file, "--out", temp.resolve("a.gif")).bad(2, ".png or .svg");
    Run.of("dataset", "picture", file, "--out", temp.resolve("b.svg"), "--episode", "demo_7")
        .bad(2, "demo_7");
    Run.of("dataset", "picture", file, "--out", temp.resolve("b.svg"), "--field", "obs/y")
        .bad(2, "obs/y", "obs/x");
  }

  @Test
  void drawsFrames() throws IOException {
    Path frames = temp.resolve("frames.hdf5");
    try (Dataset.Writer writer = robomimic().writer(frames, Map.of(), false).orElseThrow()) {
      for (int length : new int[] {12, 3}) {
        writer.append(
            Map.of("actions", Array.of(new float[length], length, 1), "obs/a", bright(length)));
      }
    }
    Path sheet = temp.resolve("sheet.png");
    Run.of("dataset", "picture", frames, "--out", sheet).good();
    // Two strips of eight frames of 6 x 4 pixels, 21 times enlarged, each under two lines of text.
    assertEquals(List.of(2 * 8 + 8 * 130 - 4, 8 + 2 * (2 * 14 + 84 + 8)), size(sheet));
    Run.of("dataset", "picture", frames, "--out", sheet, "--overwrite", "--episode", "demo_1")
        .good();
    assertEquals(List.of(2 * 8 + 3 * 130 - 4, 8 + 2 * 14 + 84 + 8), size(sheet));
  }

  private static Array bright(int frames) {
    byte[] pixels = new byte[frames * 4 * 6 * 3];
    Arrays.fill(pixels, (byte) 200);
    return Array.of(pixels, frames, 4, 6, 3);
  }

  /** Width and height, as the head of a PNG says. */
  private static List<Integer> size(Path png) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(Files.readAllBytes(png));
    return List.of(head.getInt(16), head.getInt(20));
  }

  @Test
  void countsWindows() {
    assertEquals(3, windows("--length", 3));
    assertEquals(7, windows("--length", 3, "--pad-end"));
    assertEquals(1, windows("--length", 3, "--frame-stack", 2));
    Run.of("dataset", "windows", file, "--length", 3, "--sample", "demo_1").bad(2, "EPISODE:STEP");
    Run.of("dataset", "windows", file, "--length", 0).bad(2, "at least 1");
    Run.of("dataset", "windows", file).bad(2, "--length");
  }

  private int windows(Object... rule) {
    List<Object> words = new ArrayList<>(List.of("dataset", "windows", file, "--json"));
    words.addAll(List.of(rule));
    return Run.of(words.toArray()).good().json().get("num_sequences").asInt();
  }

  @Test
  void showsStatisticsAndRows() {
    assertTrue(Run.of("dataset", "stats", file, "--json").good().json().toString().contains("obs"));
    Run head = Run.of("dataset", "head", file, "--episode", "demo_1", "--rows", 2).good();
    assertTrue(head.out().contains("actions"), head::out);
  }

  @Test
  void splitsMergesAndConverts() {
    Run.of("dataset", "split", file, "--valid", 0.5, "--seed", 3).good();
    JsonNode info = Run.of("dataset", "info", file, "--json").good().json();
    assertTrue(info.toString().contains("valid"), info::toString);
    Path merged = temp.resolve("merged.hdf5");
    Run.of("dataset", "merge", file, file, "--out", merged).good();
    assertEquals(
        14, Run.of("dataset", "info", merged, "--json").good().json().get("total_samples").asInt());
    Path converted = temp.resolve("converted.hdf5");
    Run.of("dataset", "convert", merged, converted).good();
    assertEquals(
        4, Run.of("dataset", "check", converted, "--json").good().json().get("num_demos").asInt());
    Run.of("dataset", "convert", merged, converted, "--format", "csv").bad(2, "csv", "robomimic");
  }

  @Test
  void exportsAsMinariStoresThem() {
    Path exported = temp.resolve("made-v0");
    JsonNode report =
        Run.of("dataset", "convert", file, exported, "--format", "minari", "--json").good().json();
    assertEquals(2, report.get("num_demos").asInt());
    assertTrue(report.get("changed").toString().contains("repeated"), report::toString);
    JsonNode check = Run.of("dataset", "check", exported, "--json").good().json();
    assertEquals("minari", check.get("format").asText());
    assertEquals(7, check.get("total_samples").asInt());
    JsonNode x = check.at("/demos/episode_0/datasets").get("observations/x");
    assertEquals(5, x.at("/shape/0").asInt());
    assertEquals(6 + 3, x.get("sum").asDouble());
    assertTrue(Files.exists(exported.resolve("data/metadata.json")));
    // And back.
    Path back = temp.resolve("back.hdf5");
    Run.of("dataset", "convert", exported, back).good();
    JsonNode again = Run.of("dataset", "check", back, "--json").good().json();
    assertEquals(
        Run.of("dataset", "check", file, "--json")
            .good()
            .json()
            .at("/demos/demo_1/datasets")
            .get("obs/x")
            .get("sha256_f32le"),
        again.at("/demos/demo_1/datasets").get("obs/x").get("sha256_f32le"));
  }

  @Test
  void limitsAreThoseTheUserSets() {
    Run.of("dataset", "check", file).good();
    Run small = Run.of("dataset", "check", file, "--limit-bytes", 8, "--json").bad(3);
    assertEquals("LIMIT_EXCEEDED", small.json().get("kind").asText());
    Run.of("dataset", "check", file, "--limit-bytes", 0).bad(2, "--limit-bytes: found 0");
    Path chart = temp.resolve("chart.svg");
    Run.of("dataset", "picture", file, "--out", chart).good();
    Run.of("dataset", "picture", file, "--out", chart, "--overwrite", "--limit-bytes", 8)
        .bad(3, "limit");
  }

  @Test
  void memoryForNumbersIsWhatTheUserGrants() {
    Path chart = temp.resolve("chart.svg");
    Run all = Run.of("dataset", "picture", file, "--out", chart).good();
    assertTrue(all.err().contains("kept in memory"), all::err);
    Run none =
        Run.of("dataset", "picture", file, "--out", chart, "--overwrite", "--cache-bytes", 1)
            .good();
    assertTrue(none.err().contains("read by part"), none::err);
  }

  @Test
  void otherFilesAreReadOnlyIfAllowed() throws IOException {
    Path linked = temp.resolve("linked.hdf5");
    try (InputStream in = getClass().getResourceAsStream("linked.hdf5")) {
      Files.copy(in, linked);
    }
    Files.copy(file, temp.resolve("other.hdf5"));
    Run refused = Run.of("dataset", "check", linked, "--json").bad(3);
    assertEquals("EXTERNAL_REFUSED", refused.json().get("kind").asText());
    JsonNode read = Run.of("dataset", "check", linked, "--allow-external", "--json").good().json();
    assertEquals(2, read.get("num_demos").asInt());
    Path chart = temp.resolve("chart.svg");
    Run.of("dataset", "picture", linked, "--out", chart).bad(3, "linked.hdf5");
    Run.of("dataset", "picture", linked, "--out", chart, "--allow-external").good();
  }

  @Test
  void answersABadFileWithItsOwnDocument() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Path cut = Files.write(temp.resolve("cut.hdf5"), Arrays.copyOf(whole, whole.length / 2));
    Path text = Files.writeString(temp.resolve("text.hdf5"), "these are no demonstrations");
    assertFault("TRUNCATED", cut);
    assertFault("NOT_HDF5", text);
    Run.of("dataset", "info", temp.resolve("none.hdf5")).bad(3, "none.hdf5");
    Run.of("dataset", "convert", text, temp.resolve("out.hdf5")).bad(3, "text.hdf5");
  }

  private void assertFault(String kind, Path bad) {
    Run run = Run.of("dataset", "check", bad, "--json").bad(3, bad.toString());
    JsonNode document = run.json();
    assertEquals("error", document.get("result").asText());
    assertEquals(kind, document.get("kind").asText());
    assertTrue(document.get("message").asText().contains(bad.toString()), run::out);
    assertEquals("", Run.of("dataset", "check", bad).bad(3, kind).out());
  }

  @Test
  void nothingIsReplacedUnlessOverwritten() throws IOException {
    Path merged = temp.resolve("merged.hdf5");
    Path converted = temp.resolve("converted.hdf5");
    Path minari = temp.resolve("made-v0");
    Path chart = temp.resolve("chart.svg");
    List<List<Object>> commands =
        List.of(
            List.of("dataset", "merge", file, file, "--out", merged),
            List.of("dataset", "convert", file, converted),
            List.of("dataset", "convert", file, minari, "--format", "minari"),
            List.of("dataset", "picture", file, "--out", chart));
    for (List<Object> command : commands) {
      Run.of(command.toArray()).good();
    }
    Map<Path, byte[]> before = new HashMap<>();
    for (Path made : List.of(merged, converted, minari.resolve("data/main_data.hdf5"), chart)) {
      before.put(made, Files.readAllBytes(made));
      Files.write(made, new byte[] {1}, StandardOpenOption.APPEND);
    }
    for (List<Object> command : commands) {
      Run refused = Run.of(command.toArray()).bad(2, "exists already", "--overwrite");
      assertEquals("", refused.out());
    }
    for (Path made : before.keySet()) {
      assertEquals(before.get(made).length + 1, Files.size(made));
    }
    for (List<Object> command : commands) {
      List<Object> overwriting = new ArrayList<>(command);
      overwriting.add("--overwrite");
      Run.of(overwriting.toArray()).good();
    }
    for (Path made : before.keySet()) {
      assertArrayEquals(before.get(made), Files.readAllBytes(made), made::toString);
    }
  }

  @Test
  void aFileThatIsBeingWrittenIsLeftAlone() {
    try (OutputFile output = OutputFile.update(file)) {
      Run.of("dataset", "split", file).bad(4, "this process is writing it", "FILE_BUSY");
      Run.of("dataset", "convert", file, file, "--overwrite").bad(4, output.file().toString());
    }
    Run.of("dataset", "split", file).good();
  }

  @Test
  void refusesAnUnknownFormat() {
    Run.of("dataset", "info", file, "--format", "robomimik").bad(2, "did you mean robomimic?");
  }
}
