package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.reference.format.ProblemSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skeletons of plugins compile and are found. */
final class NewPluginTest {
  @TempDir Path temp;

  @Test
  void everySkeletonCompilesAndIsFound() throws IOException {
    for (String service : Skeleton.services()) {
      Path project = temp.resolve(service);
      JsonNode made =
          Run.of("new", "plugin", service, "my-" + service, "--out", project.toString(), "--json")
              .good()
              .json();
      assertTrue(made.get("files").size() >= 6, made::toString);
      Path jar = temp.resolve("plugins/my-" + service + "/my-" + service + ".jar");
      Files.createDirectories(jar.getParent());
      Path classes = temp.resolve(service + "-classes");
      tool(
          "javac",
          Stream.concat(
                  Stream.of(
                      "--release",
                      "17",
                      "--module-path",
                      System.getProperty("jdk.module.path"),
                      "-d",
                      classes.toString()),
                  sources(project.resolve("src/main/java")))
              .toList());
      tool("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
    }
    JsonNode found =
        Run.of("plugins", "--plugins", temp.resolve("plugins").toString(), "--json").good().json();
    assertEquals(0, found.get("refused").size(), found::toString);
    List<String> names = new ArrayList<>();
    found
        .get("plugins")
        .forEach(p -> names.add(p.get("service").asText() + " " + p.get("name").asText()));
    for (String service : Skeleton.services()) {
      assertTrue(names.contains(service + " my-" + service), names::toString);
    }
  }

  @Test
  void refusesWhatItCannotBegin() {
    Run.of("new", "plugin", "cost", "Not Kebab", "--out", temp.resolve("a").toString())
        .bad(2, "expected kebab-case");
    Run.of("new", "plugin", "solvr", "mine", "--out", temp.resolve("a").toString())
        .bad(2, "no service named \"solvr\"");
    Run.of("new", "plugin", "cost", "mine", "--out", temp.toString())
        .bad(2, "there is something already");
  }

  @Test
  void schemasAreJson() {
    for (String name : List.of("train", "play", "collect", "sweep")) {
      JsonNode schema = Run.of("schema", name, "--json").good().json();
      assertTrue(schema.get("properties").has("extends"), schema::toString);
      assertTrue(schema.get("$defs").get("solver").get("anyOf").size() > 3, schema::toString);
    }
    JsonNode sweep = Run.of("schema", "sweep", "--json").good().json();
    assertTrue(sweep.at("/properties/sweep/properties").has("product"), sweep::toString);
    assertTrue(sweep.at("/properties/run/properties").has("budget"), "keys of the base, too");
    JsonNode problem = Run.of("schema", "problem", "--json").good().json();
    assertEquals("difftop problem file", problem.get("title").asText());
    assertEquals(ProblemSchema.document().size(), problem.size(), problem::toString);
    Run.of("schema", "trian").bad(2, "did you mean train?", "collect, play, problem, sweep, train");
  }

  private static Stream<String> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).filter(f -> f.endsWith(".java")).toList().stream();
    }
  }

  private static void tool(String name, List<String> arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments.toArray(String[]::new));
    assertEquals(0, status, () -> name + " said: " + said);
  }
}
