package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginsCommandTest {
  @TempDir Path temp;

  @Test
  void listsWhatIsBuiltIn() {
    JsonNode document = Run.of("plugins", "--json").good().json();
    assertEquals(0, document.get("refused").size(), document::toString);
    Set<String> services = new TreeSet<>();
    for (JsonNode plugin : document.get("plugins")) {
      assertEquals(
          List.of("service", "name", "summary", "module", "version", "source"), keys(plugin));
      services.add(plugin.get("service").asText());
    }
    assertEquals(
        Set.of(
            "encoder", "dynamics", "cost", "solver", "environment", "dataset", "engine", "learner"),
        services);
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void listsThoseOfOneService() {
    Run run = Run.of("plugins", "solver").good();
    assertTrue(run.out().contains("gauss-newton"), run::out);
    assertTrue(run.out().contains("ilqr"), run::out);
    assertFalse(run.out().contains("robomimic"), run::out);
    assertEquals("", run.err());
  }

  @Test
  void refusesAnUnknownService() {
    Run run = Run.of("plugins", "solvers", "--json").bad(2, "no service named \"solvers\"");
    JsonNode error = run.json().get("error");
    assertEquals("usage", error.get("kind").asText());
    assertEquals("SERVICE", error.get("where").asText());
    assertTrue(error.get("message").asText().contains("there are encoder, dynamics"), run::out);
  }

  @Test
  void tellsWhatWasRefused() throws IOException {
    Files.createDirectories(temp.resolve("plugins/bad"));
    Files.writeString(temp.resolve("plugins/bad/x.jar"), "no jar");
    JsonNode document =
        Run.of("plugins", "--json", "--plugins", temp.resolve("plugins")).good().json();
    assertEquals("plugins/bad", document.at("/refused/0/source").asText());
    assertTrue(document.at("/refused/0/reason").asText().contains("x.jar"), document::toString);
    assertTrue(document.get("plugins").size() > 10);
    Run human = Run.of("--plugins", temp.resolve("plugins"), "plugins").good();
    assertTrue(human.out().contains("refused plugins/bad: "), human::out);
  }

  @Test
  void refusesAPluginFolderThatIsNotThere() {
    Run.of("plugins", "--plugins", temp.resolve("nowhere")).bad(2, "there is no folder", "nowhere");
  }

  @Test
  void describesAPlugin() {
    JsonNode document = Run.of("describe", "solver", "ilqr", "--json").good().json();
    assertEquals("ilqr", document.get("name").asText());
    JsonNode key = null;
    for (JsonNode each : document.get("keys")) {
      assertEquals(List.of("key", "type", "default", "required", "range", "doc"), keys(each));
      key = each.get("key").asText().equals("max-iterations") ? each : key;
    }
    assertEquals("integer", key.get("type").asText());
    assertFalse(key.get("required").asBoolean());
    Run human = Run.of("describe", "solver", "ilqr").good();
    assertTrue(human.out().contains("max-iterations"), human::out);
    assertTrue(human.out().startsWith("solver ilqr: "), human::out);
  }

  @Test
  void proposesTheNearestName() {
    Run.of("describe", "solver", "ilqg")
        .bad(
            2,
            "no solver named \"ilqg\"; did you mean ilqr?; found augmented-lagrangian, cem,"
                + " gauss-newton, hybrid, ilqr");
  }
}
