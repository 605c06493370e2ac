package dev.difftop.app.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.ExamplePlugins;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dataset plugin of {@code examples/plugin-dataset}, which brings no inspector of its own. */
final class PluginDatasetTest {
  private static final Path EXAMPLE = Path.of("../../examples/plugin-dataset/demos.csv");

  @TempDir Path temp;
  private Path plugins;
  private Path file;

  @BeforeEach
  void build() throws IOException {
    plugins = ExamplePlugins.build("plugin-dataset", temp);
    file = Files.copy(EXAMPLE, temp.resolve("demos.csv"));
  }

  private Run run(Object... command) {
    List<Object> words = new ArrayList<>(List.of("dataset"));
    words.addAll(List.of(command));
    words.addAll(List.of("--plugins", plugins));
    return Run.of(words.toArray());
  }

  @Test
  void aPluginWithoutAnInspectorCanBeLookedAt() {
    JsonNode info = run("info", file, "--json").good().json();
    assertEquals("csv", info.get("format").asText());
    assertEquals(2, info.get("num_demos").asInt());
    assertEquals(8, info.get("total_samples").asInt());
    assertEquals(2, info.at("/demos/left/datasets").get("obs/state").at("/shape/1").asInt());
    assertEquals(0, info.get("warnings").size(), info::toString);

    JsonNode check = run("check", file, "--format", "csv", "--json").good().json();
    JsonNode state = check.at("/demos/right/datasets").get("obs/state");
    assertEquals(0.45 + 0.45, state.get("sum").asDouble(), 1e-6);
    assertEquals(64, state.get("sha256_f32le").asText().length());

    JsonNode stats = run("stats", file, "--json").good().json();
    assertEquals(-0.5, stats.at("/action_stats/min/0").asDouble());
    assertEquals(8, stats.at("/stats/rewards/rows").asInt());

    JsonNode head = run("head", file, "--episode", "right", "--rows", 2, "--json").good().json();
    assertEquals(0.05, head.at("/arrays").get("obs/state").at("/values/1/0").asDouble(), 1e-6);
    run("head", file, "--episode", "up").bad(3, "no episode up", "left, right");

    JsonNode windows = run("windows", file, "--length", 3, "--json").good().json();
    assertEquals(4, windows.get("num_sequences").asInt());
    run("split", file).bad(3, "convert it first");
  }

  @Test
  void theSameFileGivesTheSameBytes() {
    assertEquals(run("check", file, "--json").out(), run("check", file, "--json").out());
  }

  @Test
  void itIsConvertedAndMerged() {
    Path out = temp.resolve("demos.hdf5");
    assertEquals(2, run("convert", file, out, "--json").good().json().get("num_demos").asInt());
    JsonNode own = run("check", file, "--json").good().json();
    JsonNode copied = run("check", out, "--json").good().json();
    assertEquals("robomimic", copied.get("format").asText());
    for (String field : List.of("actions", "obs/state")) {
      assertEquals(
          own.at("/demos/right/datasets").get(field).get("sha256_f32le"),
          copied.at("/demos/demo_1/datasets").get(field).get("sha256_f32le"),
          field);
    }
    run("convert", file, out).bad(2, "exists already", "--overwrite");
    Path merged = temp.resolve("merged.hdf5");
    run("merge", file, file, "--out", merged).good();
    assertEquals(4, run("info", merged, "--json").good().json().get("num_demos").asInt());
    Path minari = temp.resolve("demos-v0");
    run("convert", file, minari, "--format", "minari").good();
    assertEquals("minari", run("info", minari, "--json").good().json().get("format").asText());
  }

  @Test
  void numbersThatAreNotFiniteAreReported() throws IOException {
    Files.writeString(file, Files.readString(file).replace("-0.15,-0.20", "NaN,-0.20"));
    JsonNode info = run("info", file, "--json").good().json();
    assertTrue(
        info.get("warnings")
            .toString()
            .contains("obs/state: 1 number is not finite, first in left row 2"),
        info::toString);
    run("stats", file).bad(3, "demos.csv: left/obs/state: row 2, column 0 is NaN");
    run("convert", file, temp.resolve("out.hdf5")).bad(3, "row 2, column 0 is NaN");
  }

  @Test
  void aBadFileIsRefusedWithItsLine() throws IOException {
    Files.writeString(file, Files.readString(file) + "right,1\n");
    run("info", file, "--format", "csv").bad(3, "line 10: found 2 values, expected 5");
    // Without a format, nobody recognises it.
    run("info", file).bad(3, "demos.csv");
    run("info", temp.resolve("none.csv"), "--format", "csv").bad(3, "there is no such file");
  }

  /** A plugin whose rows are not what it declares is named with what it did. */
  @Test
  void aPluginThatBreaksItsPromiseIsNamed() throws IOException {
    Path sources = Files.createDirectories(temp.resolve("broken"));
    Path from = Path.of("../../examples/plugin-dataset/src/main/java");
    List<String> files = new ArrayList<>();
    for (String name :
        List.of(
            "module-info",
            "acme/dataset/csv/CsvProvider",
            "acme/dataset/csv/CsvConfig",
            "acme/dataset/csv/CsvDataset",
            "acme/dataset/csv/CsvTable")) {
      Path source = sources.resolve(name.substring(name.lastIndexOf('/') + 1) + ".java");
      String text =
          Files.readString(from.resolve(name + ".java"))
              .replace("Array.of(rows, count, columns.length)", "Array.of(rows, rows.length)");
      files.add(Files.writeString(source, text).toString());
    }
    plugins = ExamplePlugins.build("broken", files, Files.createDirectories(temp.resolve("b")));
    run("info", file, "--format", "csv")
        .bad(4, "acme.dataset.csv", "read(0, actions, 0, 1)", "(1, 1)");
  }
}
