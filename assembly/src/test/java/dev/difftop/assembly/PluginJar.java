package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A plugin made as a third party makes it: compiled against the module path, put into a jar. */
final class PluginJar {
  private final Path work;
  private final Path sources;
  private final Path classes;
  private final List<Path> modulePath = new ArrayList<>();

  private PluginJar(Path sources) throws IOException {
    this.work = Files.createTempDirectory("plugin-jar");
    this.sources = sources == null ? Files.createDirectory(work.resolve("sources")) : sources;
    this.classes = Files.createDirectory(work.resolve("classes"));
  }

  /** The plugin of the tests, found in a folder below {@code temp}. */
  static Plugins acmeParts(Path temp) throws IOException {
    ofFolder(Path.of("src/test/plugins/acme.parts"))
        .resource(
            "META-INF/presets/slow-drift.yaml",
            "dynamics: {plugin: drift, rate: 0.01}\nhorizon: 7\n")
        .writeTo(temp.resolve("plugins/acme/parts.jar"));
    Plugins plugins = Plugins.discover(temp.resolve("plugins"));
    assertEquals(List.of(), plugins.refused());
    return plugins;
  }

  /** From the sources in a folder. */
  static PluginJar ofFolder(Path sources) throws IOException {
    return new PluginJar(sources);
  }

  static PluginJar empty() throws IOException {
    return new PluginJar(null);
  }

  /** Adds a source file. */
  PluginJar source(String file, String text) throws IOException {
    return put(sources.resolve(file), text);
  }

  /** Adds another file to the jar. */
  PluginJar resource(String file, String text) throws IOException {
    return put(classes.resolve(file), text);
  }

  private PluginJar put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Compiles against another jar, too. */
  PluginJar with(Path jar) {
    modulePath.add(jar);
    return this;
  }

  /** Compiles and writes the jar; its folder is made. */
  Path writeTo(Path jar, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--release", "17", "-d", classes.toString()));
    String path = System.getProperty("jdk.module.path");
    for (Path more : modulePath) {
      path = more + java.io.File.pathSeparator + path;
    }
    boolean modular = Files.exists(sources.resolve("module-info.java"));
    arguments.addAll(List.of(modular ? "--module-path" : "--class-path", path));
    arguments.addAll(List.of(options));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(arguments::add);
    }
    run("javac", arguments);
    Files.createDirectories(jar.getParent());
    run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
    return jar;
  }

  private static void run(String tool, List<String> arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst(tool).orElseThrow().run(out, out, arguments.toArray(String[]::new));
    assertEquals(0, status, () -> tool + " said: " + said);
  }
}
