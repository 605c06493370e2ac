package dev.difftop.app.cli.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.ExamplePlugins;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third party's environment: the sources of {@code examples/plugin-environment}. */
final class EnvironmentPluginExampleTest {
  @TempDir Path temp;
  private Path plugins;

  @BeforeEach
  void buildAndDropIn() throws IOException {
    plugins = ExamplePlugins.build("plugin-environment", temp);
  }

  private JsonNode env(Object... words) {
    Object[] all = new Object[words.length + 4];
    all[0] = "env";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--json";
    all[words.length + 2] = "--plugins";
    all[words.length + 3] = plugins;
    return Run.of(all).good().json();
  }

  @Test
  void theCommandsOfEnvKnowIt() {
    JsonNode tasks = env("list").get("tasks");
    boolean isListed = false;
    for (JsonNode task : tasks) {
      isListed |= task.get("task").asText().equals("mountain-car");
    }
    assertTrue(isListed, tasks::toString);
    JsonNode described = env("describe", "mountain-car", "episode-steps=120");
    assertEquals(120, described.get("episode_steps").asInt());
    assertTrue(described.get("summary").asText().contains("weak car"), described::toString);
  }

  @Test
  void anEpisodeIsSound() {
    JsonNode checked = env("check", "mountain-car", "episode-steps=50");
    assertTrue(checked.get("ok").asBoolean(), checked::toString);
    assertEquals(50, checked.get("steps").asInt());
    assertEquals("truncated", checked.get("end").asText());
    JsonNode strong = env("check", "mountain-car", "power=0.05");
    assertEquals("terminated", strong.get("end").asText());
    assertTrue(strong.get("success_last").asBoolean(), strong::toString);
  }
}
