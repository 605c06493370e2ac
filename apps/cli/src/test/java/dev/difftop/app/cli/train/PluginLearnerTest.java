package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.ExamplePlugins;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learner of {@code examples/plugin-learner}: trained, resumed and evaluated like ours. */
final class PluginLearnerTest {
  @TempDir Path temp;

  @Test
  void aLearnerOfAThirdPartyIsTrainedResumedAndEvaluated() throws IOException {
    Path plugins =
        ExamplePlugins.build(
            "plugin-learner",
            temp,
            "dev.difftop.learning",
            "dev.difftop.networks",
            "dev.difftop.optimization",
            "dev.difftop.hdf5");
    Path config =
        Files.writeString(
            temp.resolve("cem.yaml"),
            """
            environment: {plugin: mujoco, task: cartpole-balance, episode-control-steps: 20}
            learner: {plugin: linear-cem, population: 4, elites: 2}
            run: {budget: 160, evaluation-episodes: 1}
            """);
    Path whole = temp.resolve("whole");
    Path halves = temp.resolve("halves");
    Run.of("train", config, "run.budget=320", "--out", whole, "--plugins", plugins).good();
    Run.of("train", config, "--out", halves, "--plugins", plugins).good();
    Run.of("train", "--resume", halves, "--set", "run.budget=320", "--plugins", plugins).good();
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("checkpoints/latest.h5")),
        Files.readAllBytes(halves.resolve("checkpoints/latest.h5")));
    assertTrue(Files.readString(halves.resolve("metrics.csv")).startsWith("position,return,best"));
    JsonNode answer =
        Run.of("evaluate", halves, "--episodes", 1, "--plugins", plugins, "--json").good().json();
    assertEquals(1, answer.get("episodes").asInt());
  }
}
