package dev.difftop.app.cli.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Demonstrations of experts that an environment brings. */
final class CollectExpertTest {
  private static final String CONFIG =
      """
      environment: {plugin: mujoco, task: reach-around}
      expert: scripted
      seed: 5
      collection: {episodes: 6, noise: 0.1}
      """;

  @TempDir Path temp;
  private Path config;
  private Path out;

  @BeforeEach
  void writeConfiguration() throws IOException {
    config = Files.writeString(temp.resolve("collect.yaml"), CONFIG);
    out = temp.resolve("demos.hdf5");
  }

  private JsonNode collect(Object... more) {
    Object[] words = {"collect", config, "--out", out, "--overwrite", "--json"};
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Run.of(all).good().json();
  }

  private JsonNode check() {
    return Run.of("dataset", "check", out, "--json").good().json();
  }

  @Test
  void writesRewardsEndsAndSuccess() {
    JsonNode answer = collect();
    assertEquals(6, answer.get("episodes").asInt());
    assertEquals(6, answer.get("attempts").asInt());
    assertEquals(1, answer.get("success_rate").asDouble());
    assertTrue(answer.get("complete").asBoolean());
    JsonNode demos = check().get("demos");
    assertEquals(6, demos.size());
    for (int e = 0; e < 6; e++) {
      JsonNode data = demos.at("/demo_" + e + "/datasets");
      assertEquals(1, data.at("/dones/sum").asDouble(), "one end");
      // Met once, and in all of the ten steps after it.
      assertEquals(11, data.at("/success/sum").asDouble(), "steps at the goal");
      assertEquals(answer.at("/returns/" + e).asDouble(), data.at("/rewards/sum").asDouble(), 1e-4);
      assertTrue(data.has("obs/position") && data.has("states") && data.has("actions"));
    }
  }

  @Test
  void theSeedDecidesEverything() throws IOException {
    collect();
    byte[] first = Files.readAllBytes(out);
    collect();
    assertArrayEquals(first, Files.readAllBytes(out));
    collect("seed=6");
    assertFalse(Arrays.equals(first, Files.readAllBytes(out)));
  }

  @Test
  void anEpisodeGoesOnAsLongAfterTheGoalAsIsAskedFor() {
    collect("collection.steps-after-success=0");
    assertEquals(1, check().at("/demos/demo_0/datasets/success/sum").asDouble());
    collect("collection.steps-after-success=1000");
    assertEquals(80, check().at("/demos/demo_0/num_samples").asInt());
  }

  @Test
  void failedEpisodesAreLeftOutUnlessAskedFor() {
    // So short that only a hand that starts near arrives in time.
    Object[] hurried = {
      "environment.episode-control-steps=25", "collection.noise=0", "collection.episodes=4"
    };
    JsonNode successful = collect(hurried);
    int attempts = successful.get("attempts").asInt();
    assertTrue(attempts > 4, attempts + " attempts");
    for (JsonNode demo : check().get("demos")) {
      assertTrue(demo.at("/datasets/success/sum").asDouble() > 0);
    }
    JsonNode all = collect(hurried[0], hurried[1], hurried[2], "collection.keep=all");
    assertEquals(4, all.get("attempts").asInt());
    double rate = all.get("success_rate").asDouble();
    assertTrue(rate < 1, "rate " + rate);
  }

  /** Noise drives the hand away from the goal again and again, and nothing ends the episode. */
  @Test
  void whatIsASuccessIsASetting() {
    Object[] shaken = {"collection={episodes: 8, noise: 2, steps-after-success: 1000}"};
    JsonNode any = collect(shaken[0], "collection.keep=all");
    JsonNode last = collect(shaken[0], "collection.keep=all", "collection.success=last-step");
    assertEquals(any.get("returns"), last.get("returns"), "the same episodes");
    double anyRate = any.get("success_rate").asDouble();
    double lastRate = last.get("success_rate").asDouble();
    assertTrue(lastRate < anyRate, lastRate + " at the end, " + anyRate + " at some step");
    JsonNode kept = collect(shaken[0], "collection.success=last-step");
    assertTrue(kept.get("attempts").asInt() > 8, kept::toString);
    Run.of("collect", config, "--out", out, "collection.success=first-step")
        .bad(2, "collection.success", "any-step");
  }

  /** A planner whose physics diverge in some episodes and not in others. */
  @Test
  void episodesThatWereWholeAreKeptWhenOthersFail() throws IOException {
    Files.writeString(
        temp.resolve("arm.xml"),
        """
        <mujoco>
          <option timestep="0.02"/>
          <worldbody>
            <body pos="0 0 1">
              <joint name="swing" axis="0 1 0" damping="-1"/>
              <geom type="capsule" fromto="0 0 0 0 0 -0.5" size="0.03" mass="1"/>
            </body>
          </worldbody>
          <actuator><motor joint="swing" ctrllimited="true" ctrlrange="-1 1"/></actuator>
        </mujoco>
        """);
    Path planner =
        Files.writeString(
            temp.resolve("plan.yaml"),
            """
            environment:
              plugin: mujoco
              task: mine
              model: arm.xml
              action-repeat: 1
              episode-control-steps: 18
              custom: &task
                observations: [{name: q, of: ["qpos:swing"]}]
                rewards: [{of: "qpos:swing", low: 0}]
                velocity-noise: 1e8
            dynamics: {plugin: mujoco, task: mine, model: arm.xml, action-repeat: 1, custom: *task}
            cost: {plugin: mujoco, task: mine, model: arm.xml, custom: *task, terms: [{of: "qvel:swing"}]}
            solver: {plugin: ilqr, max-iterations: 1}
            horizon: 2
            collection: {episodes: 6}
            """);
    Run run = Run.of("collect", planner, "--out", out, "--json");
    JsonNode answer = run.json();
    int failed = answer.get("failed").asInt();
    int kept = answer.get("episodes").asInt();
    assertTrue(failed > 0 && kept > 0, answer::toString);
    assertEquals(answer.get("attempts").asInt(), failed + kept);
    assertEquals(answer.get("complete").asBoolean() ? 0 : 4, run.status(), run::toString);
    assertTrue(answer.get("failure").asText().startsWith("step "), answer::toString);
    assertEquals(kept, check().get("demos").size());
    Files.delete(out);
    Run none = Run.of("collect", planner, "--out", out, "environment.custom.velocity-noise=1e18");
    assertEquals(4, none.status(), none::toString);
    assertTrue(
        none.err().contains("24 of 24 episodes failed and none can be kept"), none::toString);
    assertFalse(Files.exists(out));
  }

  @Test
  void aGoalThatIsNeverMetLeavesAnOlderFileAlone() throws IOException {
    Files.writeString(out, "older");
    Run failed =
        Run.of(
            "collect", config, "--out", out, "--overwrite", "environment.episode-control-steps=3");
    assertEquals(4, failed.status(), failed::toString);
    assertTrue(failed.err().contains("none of 24 episodes met the goal"), failed::err);
    assertTrue(failed.err().contains("set collection.keep to all"), failed::err);
    assertEquals("older", Files.readString(out));
  }

  @Test
  void imagesAndPointsKeepTheirShapeAndFormat() {
    collect(
        "collection.episodes=1",
        "environment.observe.pixels.stack=2",
        "environment.observe.points.count=64",
        "environment.render={samples: 0, shadows: false, reflections: false}");
    JsonNode data = check().at("/demos/demo_0/datasets");
    int rows = check().at("/demos/demo_0/num_samples").asInt();
    assertEquals("[%d,84,84,6]".formatted(rows), data.at("/obs~1pixels/shape").toString());
    assertEquals("uint8", data.at("/obs~1pixels/dtype").asText());
    assertEquals("[%d,64,3]".formatted(rows), data.at("/obs~1points/shape").toString());
    assertEquals("float32", data.at("/obs~1points/dtype").asText());
    assertEquals("[%d,2]".formatted(rows), data.at("/obs~1position/shape").toString());
  }

  @ParameterizedTest
  @CsvSource({"lift, scripted", "push-t, planned", "push-t, scripted", "avoiding, skewed"})
  void everyTaskHasItsExpert(String task, String name) {
    JsonNode answer =
        collect("environment.task=" + task, "expert=" + name, "collection={episodes: 1}");
    assertEquals(task, answer.get("task").asText());
    assertEquals(1, answer.get("episodes").asInt());
    JsonNode described = Run.of("env", "describe", task, "--json").good().json();
    assertTrue(described.get("has_goal").asBoolean());
    assertTrue(described.get("experts").has(name), described::toString);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Run.of("collect", config, "--out", out, "expert=scriptd")
        .bad(2, "no expert named \"scriptd\", did you mean \"scripted\"?");
    Run.of("collect", config, "--out", out, "environment.task=pendulum-swingup")
        .bad(2, "pendulum-swingup: no expert named \"scripted\"; found none");
    Run.of("collect", config, "--out", out, "environment.task=reach-arund")
        .bad(2, "reach-arund", "did you mean \"reach-around\"?");
    Run.of("collect", config, "--out", out, "demonstrator=scripted")
        .bad(2, "demonstrator: renamed: write expert");
    Run.of("collect", config, "--out", out, "dynamics=mujoco", "horizon=3")
        .bad(2, "dynamics: unknown key", "horizon: unknown key");
    assertFalse(Files.exists(out));
  }

  @Test
  void aDryRunWritesNothing() {
    Run dry = Run.of("collect", config, "--out", out, "--dry-run").good();
    assertTrue(dry.out().contains("expert: scripted\n"), dry::out);
    assertTrue(dry.out().contains("  steps-after-success: 10\n"), dry::out);
    assertFalse(Files.exists(out));
  }

  @Test
  void policiesOfATaskWithAGoalAreMeasuredByTheirSuccessRate() throws IOException {
    collect();
    Path training =
        Files.writeString(
            temp.resolve("train.yaml"),
            """
            environment: {plugin: mujoco, task: reach-around}
            dataset: {plugin: robomimic, path: demos.hdf5}
            policy:
              encoder: {plugin: mlp, latent: 3, hidden: [4]}
              dynamics: {plugin: mlp, hidden: [4]}
              cost: {plugin: mlp-residual, hidden: [4], residuals: 3}
              solver: {plugin: gauss-newton, hessian: gauss-newton, max-iterations: 2}
              horizon: 2
            learner: {plugin: imitation, batch: 4}
            run: {budget: 2, evaluation-episodes: 2}
            """);
    Path run = temp.resolve("run");
    JsonNode trained = Run.of("train", training, "--out", run, "--json").good().json();
    JsonNode rate = trained.at("/policy/success_any");
    assertTrue(rate.isNumber(), trained::toString);
    assertTrue(trained.at("/policy/success_last").isNumber(), trained::toString);
    assertTrue(trained.at("/policy/outcome_entropy").isNumber(), trained::toString);
    JsonNode again = Run.of("evaluate", run, "--episodes", 2, "--json").good().json();
    assertEquals(rate, again.get("success_any"));
    JsonNode hurried =
        Run.of("evaluate", run, "environment.episode-control-steps=5", "--json").good().json();
    assertEquals(0, hurried.get("success_any").asDouble(-1), "nobody is there in 5 steps");
  }

  @Test
  void tasksWithoutAGoalSaySo() {
    JsonNode described = Run.of("env", "describe", "cheetah-run", "--json").good().json();
    assertFalse(described.get("has_goal").asBoolean());
    assertEquals(0, described.get("experts").size());
  }
}
