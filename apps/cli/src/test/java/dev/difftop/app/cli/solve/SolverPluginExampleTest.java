package dev.difftop.app.cli.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A third party's solver: the sources of {@code examples/plugin-solver}, compiled against api and
 * optimization, put into a folder of plugins, and chosen by name.
 */
final class SolverPluginExampleTest {
  @TempDir Path temp;

  private Path buildAndDropIn() throws IOException {
    Path classes = temp.resolve("classes");
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-Werror", "-Xlint:all", "-d"));
    arguments.add(classes.toString());
    arguments.add("--module-path");
    arguments.add(locations("dev.difftop.api", "dev.difftop.optimization", "jakarta.inject"));
    arguments.addAll(List.of("--module-version", "1.0.0"));
    try (Stream<Path> files = Files.walk(Path.of("../../examples/plugin-solver/src/main/java"))) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(arguments::add);
    }
    tool("javac", arguments);
    Path plugins = temp.resolve("plugins");
    Files.createDirectories(plugins.resolve("newton"));
    Path jar = plugins.resolve("newton/newton-solver.jar");
    tool("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
    return plugins;
  }

  private static String locations(String... modules) {
    return Stream.of(modules)
        .map(m -> ModuleLayer.boot().configuration().findModule(m).orElseThrow())
        .map(m -> Path.of(m.reference().location().orElseThrow()).toString())
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  private static void tool(String name, List<String> arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments.toArray(String[]::new));
    assertEquals(0, status, () -> name + " said: " + said);
  }

  @Test
  void itIsChosenByNameAndSolves() throws IOException {
    Path plugins = buildAndDropIn();
    Run described = Run.of("describe", "solver", "newton-cg", "--plugins", plugins).good();
    assertTrue(described.out().contains("max-iterations"), described::out);
    JsonNode found =
        Run.of(
                "solve",
                Path.of("../../examples/pendulum.json"),
                "--solver",
                "newton-cg",
                "--set",
                "tolerance=1e-8",
                "--json",
                "--plugins",
                plugins)
            .good()
            .json();
    for (JsonNode instance : found.get("instances")) {
      assertEquals("converged", instance.get("status").asText(), instance::toString);
      assertTrue(instance.get("stationarity").asDouble() <= 1e-8, instance::toString);
    }
  }
}
