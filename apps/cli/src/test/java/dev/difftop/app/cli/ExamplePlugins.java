package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

/** Plugins of third parties, compiled against the api alone and put into a folder of plugins. */
public final class ExamplePlugins {
  private ExamplePlugins() {}

  /**
   * Compiles an example and makes its jar.
   *
   * @param example its folder below {@code examples}
   * @param temp where it is compiled
   * @param modules that it is compiled against, beside the api
   * @return the folder of plugins
   */
  public static Path build(String example, Path temp, String... modules) throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of("../../examples").resolve(example).resolve("src/main/java"))) {
      List<String> sources = files.map(Path::toString).filter(f -> f.endsWith(".java")).toList();
      return build(example, sources, temp, modules);
    }
  }

  /** As above, of sources anywhere. */
  public static Path build(String name, List<String> sources, Path temp, String... modules)
      throws IOException {
    Path classes = temp.resolve(name + "-classes");
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-Werror", "-Xlint:all", "-d"));
    arguments.add(classes.toString());
    List<String> path = new ArrayList<>(List.of("dev.difftop.api", "jakarta.inject"));
    path.addAll(List.of(modules));
    arguments.addAll(List.of("--module-path", locations(path.toArray(String[]::new))));
    arguments.addAll(List.of("--module-version", "1.0.0"));
    arguments.addAll(sources);
    tool("javac", arguments);
    Path plugins = temp.resolve("plugins");
    Files.createDirectories(plugins.resolve(name));
    Path jar = plugins.resolve(name).resolve(name + ".jar");
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
}
