package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program on the class path finds the same plugins, those in a folder too, and makes parts. */
final class ClassPathTest {
  private static final String MAIN =
      """
      package embedding;

      import dev.difftop.api.*;
      import dev.difftop.api.array.RandomStream;
      import java.nio.file.Path;
      import java.util.Map;

      public final class Main {
        public static void main(String[] arguments) {
          PartFactory factory = PartFactory.discover(Path.of(arguments[0]));
          for (PluginInfo plugin : factory.plugins()) {
            System.out.println(
                plugin.service() + " " + plugin.name() + " " + plugin.module() + " "
                    + plugin.sha256().length());
          }
          Dynamics drift =
              factory.make(
                  factory.choose(Dynamics.class, "drift"),
                  Collaborators.of(new Shapes(Map.of(), 1, 2), RandomStream.root(1)));
          System.out.println(drift.stateSize());
          System.out.println(factory.engine() == factory.engine());
        }
      }
      """;

  @TempDir Path temp;

  @Test
  void findsAndMakesPartsOnTheClassPath() throws IOException, InterruptedException {
    Path parts =
        PluginJar.ofFolder(Path.of("src/test/plugins/acme.parts"))
            .resource("META-INF/presets/slow-drift.yaml", "dynamics: drift\n")
            .writeTo(temp.resolve("parts.jar"));
    PluginJar.ofFolder(Path.of("src/test/plugins/acme.broken"))
        .writeTo(temp.resolve("plugins/broken/broken.jar"));
    Path main =
        PluginJar.empty().source("embedding/Main.java", MAIN).writeTo(temp.resolve("main.jar"));
    String path =
        String.join(
            java.io.File.pathSeparator,
            main.toString(),
            parts.toString(),
            System.getProperty("jdk.module.path"),
            System.getProperty("java.class.path"));
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path,
                "embedding.Main",
                temp.resolve("plugins").toString())
            .redirectError(temp.resolve("errors.txt").toFile())
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), () -> errors() + said);
    List<String> lines = said.lines().toList();
    assertEquals(
        List.of(
            "encoder pick acme.parts 64",
            "dynamics drift acme.parts 64",
            "cost failing acme.parts 64",
            "cost goal acme.parts 64",
            "solver broken acme.broken 64",
            "solver short acme.parts 64",
            "solver wrap acme.parts 64",
            "environment broken acme.broken 64",
            "engine idle acme.parts 64",
            "2",
            "true"),
        lines);
  }

  private String errors() {
    try {
      return Files.readString(temp.resolve("errors.txt"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
