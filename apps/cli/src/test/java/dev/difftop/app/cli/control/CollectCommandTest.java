package dev.difftop.app.cli.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Child;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CollectCommandTest {
  private static final String CONFIG =
      """
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 40}
      dynamics: {plugin: mujoco, task: cartpole-swingup}
      cost: {plugin: cartpole-swingup, order: [0, 2, 1, 3]}
      solver: {plugin: ilqr, max-iterations: 2}
      horizon: 4
      seed: 5
      collection: {episodes: 2}
      """;

  @TempDir Path temp;
  private Path config;
  private Path out;

  @BeforeEach
  void writeConfiguration() throws IOException {
    config = Files.writeString(temp.resolve("collect.yaml"), CONFIG);
    out = temp.resolve("new/demos.hdf5");
  }

  @Test
  void writesWhatThePlannerDid() {
    Run run = Run.of("collect", config, "--out", out, "--json").good();
    JsonNode answer = run.json();
    assertEquals(2, answer.get("episodes").asInt());
    assertTrue(answer.get("complete").asBoolean());
    assertEquals("cartpole-swingup", answer.get("task").asText());
    assertTrue(run.err().contains("episode 2/2"), run::err);

    JsonNode file = Run.of("dataset", "check", out, "--json").good().json();
    assertEquals(10, file.get("total_samples").asInt());
    for (int e = 0; e < 2; e++) {
      JsonNode datasets = file.at("/demos/demo_" + e + "/datasets");
      double sum = datasets.at("/rewards/sum").asDouble();
      assertEquals(answer.at("/returns/" + e).asDouble(), sum, 1e-5);
      assertTrue(datasets.has("obs/position") && datasets.has("states"), datasets::toString);
    }
    String envArgs = file.at("/attributes/env_args").asText();
    assertTrue(envArgs.contains("\"env_name\":\"cartpole-swingup\""), envArgs);
    assertTrue(envArgs.contains("\"episode-control-steps\":40"), envArgs);
  }

  @Test
  void theSeedDecidesEverything() throws IOException {
    Path again = temp.resolve("again.hdf5");
    Path other = temp.resolve("other.hdf5");
    Run.of("collect", config, "--out", out).good();
    Run.of("collect", config, "--out", again).good();
    Run.of("collect", config, "--out", other, "seed=6").good();
    assertArrayEquals(Files.readAllBytes(out), Files.readAllBytes(again));
    assertFalse(Arrays.equals(Files.readAllBytes(out), Files.readAllBytes(other)));
  }

  /** The same states either way; the actions differ by the noise. */
  @Test
  void writesTheExpertsActionWithoutItsNoise() {
    JsonNode executed = collected("executed.hdf5", "collection.noise=0.3");
    JsonNode expert = collected("expert.hdf5", "collection.noise=0.3", "collection.record=expert");
    JsonNode still = collected("still.hdf5", "collection.record=expert");
    assertEquals(digest(executed, "states"), digest(expert, "states"));
    assertNotEquals(digest(executed, "actions"), digest(expert, "actions"));
    assertEquals(digest(collected("plain.hdf5"), "actions"), digest(still, "actions"));
  }

  private JsonNode collected(String name, String... settings) {
    Path file = temp.resolve(name);
    List<Object> words = new ArrayList<>(List.of("collect", config, "--out", file));
    words.addAll(List.of(settings));
    Run.of(words.toArray()).good();
    return Run.of("dataset", "check", file, "--json").good().json();
  }

  private static String digest(JsonNode file, String field) {
    return file.at("/demos/demo_0/datasets/" + field + "/sha256_f32le").asText();
  }

  @Test
  void addsToAFile() throws IOException {
    Run.of("collect", config, "--out", out).good();
    Run.of("collect", config, "--out", out, "--append", "seed=6", "collection.episodes=1").good();
    JsonNode file = Run.of("dataset", "check", out, "--json").good().json();
    assertEquals(3, file.get("num_demos").asInt());
    assertEquals("15", file.at("/attributes/total").asText());
    Run.of("collect", config, "--out", temp.resolve("none.hdf5"), "--append").bad(3, "none.hdf5");
  }

  @Test
  void anExistingFileIsReplacedOnlyIfOverwritten() throws IOException {
    Run.of("collect", config, "--out", out).good();
    byte[] before = Files.readAllBytes(out);
    Run.of("collect", config, "--out", out, "seed=6").bad(2, "exists already", "--overwrite");
    assertArrayEquals(before, Files.readAllBytes(out));
    Run.of("collect", config, "--out", out, "seed=6", "--overwrite").good();
    assertFalse(Arrays.equals(before, Files.readAllBytes(out)));
  }

  @Test
  void addingWithTheSameSeedGoesOnWhereItEnded() {
    Run.of("collect", config, "--out", out).good();
    Run.of("collect", config, "--out", out, "--append", "collection.episodes=1").good();
    Run.of("collect", config, "--out", out, "--append", "seed=6", "collection.episodes=1").good();
    Run.of("collect", config, "--out", out, "--append", "collection.episodes=1").good();
    Path atOnce = temp.resolve("atonce.hdf5");
    Run.of("collect", config, "--out", atOnce, "collection.episodes=4").good();
    JsonNode parts = Run.of("dataset", "check", out, "--json").good().json();
    JsonNode whole = Run.of("dataset", "check", atOnce, "--json").good().json();
    assertEquals("{\"5\":4,\"6\":1}", parts.at("/attributes/attempts_by_seed").asText());
    assertEquals(5, parts.get("num_demos").asInt());
    int[] same = {0, 1, 2, 4};
    for (int e = 0; e < 4; e++) {
      assertEquals(
          whole.at("/demos/demo_" + e + "/datasets/states/sha256_f32le"),
          parts.at("/demos/demo_" + same[e] + "/datasets/states/sha256_f32le"));
    }
  }

  @Test
  void aDryRunShowsEverythingAndWritesNothing() {
    Run dry =
        Run.of(
                "collect",
                config,
                "--out",
                out,
                "--dry-run",
                "solver=gauss-newton",
                "solver.hessian=gauss-newton")
            .good();
    assertTrue(dry.out().contains("  plugin: gauss-newton\n"), dry::out);
    assertTrue(dry.out().contains("  first-guess: 0.1\n"), dry::out);
    assertTrue(dry.err().contains("replaces ilqr, keeps its max-iterations"), dry::err);
    JsonNode json = Run.of("collect", config, "--out", out, "--dry-run", "--json").good().json();
    assertEquals(4, json.at("/config/horizon").asInt());
    assertFalse(Files.exists(out));
    assertFalse(Files.exists(out.getParent()));
  }

  @Test
  void reportsAllThatIsWrongWithTheConfiguration() throws IOException {
    Files.writeString(
        config,
        """
        environment: {plugin: mujoko}
        dynamics: {plugin: mujoco, task: cartpole-swingup, thread: 2}
        cost: {plugin: cartpole-swingup, position: -1}
        solver: {plugin: ilqr, max-iterations: many}
        horizn: 4
        """);
    JsonNode error =
        Run.of("collect", config, "--out", out, "--json")
            .bad(
                2,
                "collect.yaml:1: environment: no environment named \"mujoko\"; did you mean"
                    + " mujoco?",
                "collect.yaml:2: dynamics.thread: unknown key; did you mean threads?",
                "collect.yaml:3: cost.position: found -1, expected at least 0",
                "collect.yaml:4: solver.max-iterations: found many, expected integer",
                "collect.yaml:5: horizn: unknown key; did you mean horizon?",
                "horizon: missing")
            .json()
            .get("error");
    assertEquals("configuration", error.get("kind").asText());
    assertEquals(6, error.get("faults").size());
    assertFalse(Files.exists(out));
  }

  @Test
  void refusesPartsThatDoNotFit() {
    Run.of("collect", config, "--out", out, "dynamics=pendulum")
        .bad(2, "gives a state of shape (4), dynamics pendulum takes (2)");
    Run.of("collect", config, "--out", out, "cost=goal-distance", "cost.goal=[0, 0]")
        .bad(2, "cost goal-distance", "goal: found 2 numbers, expected 4");
    Run.of("collect", config, "--out", out, "solver=gauss-newton")
        .bad(2, "solver gauss-newton cannot solve this", "second derivatives");
    Run.of("collect", config, "--out", out, "environment.task=walker")
        .bad(2, "environment mujoco", "walker");
    Run.of("collect", temp.resolve("none.yaml"), "--out", out).bad(2, "no such file");
  }

  @Test
  void failsWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "no folder");
    Run.of("collect", config, "--out", file.resolve("x.hdf5")).bad(4, "file");
    Run.of("collect", config, "--out", "/proc/x.hdf5").bad(4, "cannot write", "/proc/x.hdf5");
  }

  @Test
  void keepsWhatItHasWhenItIsInterrupted() throws IOException, InterruptedException {
    try (Child child =
        new Child(temp, "collect", config, "--out", out, "--json", "collection.episodes=100000")) {
      child.awaitError(said -> said.contains("episode 1/100000"));
      child.interrupt();
      Run ended = child.end();
      assertEquals(Child.TERMINATED, ended.status(), ended::toString);
      assertTrue(ended.err().contains("stopping at the next safe point"), ended::toString);
      assertFalse(ended.json().get("complete").asBoolean());
      int episodes = ended.json().get("episodes").asInt();
      JsonNode file = Run.of("dataset", "check", out, "--json").good().json();
      assertEquals(episodes, file.get("num_demos").asInt());
    }
  }
}
