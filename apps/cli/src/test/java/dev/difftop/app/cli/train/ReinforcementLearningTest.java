package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Presets of the learner model-based, with networks of a few neurons and episodes of ten steps. */
final class ReinforcementLearningTest {
  private static final Path EXAMPLES =
      Path.of("../../examples/reinforcement-learning").toAbsolutePath().normalize();

  /** A run of 640 steps, after its preset. */
  static final String CONFIG =
      """
      extends: preset:%s
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 80}
      policy:
        encoder: {latent: 4, hidden: [8]}
        dynamics: {hidden: [8]}
        cost: {width: 8}
        horizon: 3
      learner:
        seed-steps: 20
        acting-horizon: {initial: 1, last: 3, steps: 50}
        model: {batch: 16, critic-width: 8}
      run: {seed: 2, budget: 640, log-every: 80, evaluate-every: 320, evaluation-episodes: 1, checkpoint-every: 160}
      """;

  private static final List<String> SMALL_MPPI =
      List.of("policy.solver.samples=32", "policy.solver.elites=8");

  @TempDir private Path temp;

  private Path config(String preset) throws IOException {
    return Files.writeString(temp.resolve(preset + ".yaml"), CONFIG.formatted(preset));
  }

  private static List<String> timeless(Path csv) throws IOException {
    return Files.readAllLines(csv).stream().map(l -> l.substring(0, l.lastIndexOf(','))).toList();
  }

  @Test
  void everyExampleIsValid() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      List<Path> all = files.sorted().toList();
      assertTrue(all.size() >= 13, all::toString);
      for (Path file : all) {
        Run.of("train", file, "--out", temp.resolve("none"), "--dry-run").good();
      }
    }
  }

  /** Killed at random moments it resumes to the same bytes, whatever it was doing. */
  @ParameterizedTest
  @ValueSource(strings = {"td-mpc", "difftop"})
  void survivesKills(String preset) throws IOException, InterruptedException {
    Path whole = temp.resolve("whole");
    List<Object> words = new ArrayList<>(List.of("train", config(preset), "--out", whole));
    if (preset.equals("td-mpc")) {
      words.addAll(SMALL_MPPI);
    }
    Run.of(words.toArray()).good();
    Path killed = temp.resolve("killed");
    words.set(3, killed);
    Random random = new Random(7);
    for (int k = 0; k < Integer.getInteger("difftop.kills", 1); k++) {
      Object[] line = k == 0 ? words.toArray() : new Object[] {"train", "--resume", killed};
      try (Child child = new Child(temp, line)) {
        child.awaitError(said -> said.contains("/640"));
        Thread.sleep(random.nextInt(500));
        child.kill();
      }
    }
    Run.of("train", "--resume", killed).good();
    assertEquals(timeless(whole.resolve("metrics.csv")), timeless(killed.resolve("metrics.csv")));
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("checkpoints/latest.h5")),
        Files.readAllBytes(killed.resolve("checkpoints/latest.h5")));
    // A policy needs neither learner nor replay.
    Run evaluated = Run.of("evaluate", killed, "--episodes", "1", "--json").good();
    assertTrue(evaluated.out().contains("cartpole-swingup"), evaluated::out);
  }

  /** Updates, plans and their gradients are shared among threads to the bit. */
  @ParameterizedTest
  @ValueSource(strings = {"td-mpc", "difftop"})
  void threadsChangeNothing(String preset) throws IOException {
    List<List<String>> metrics = new ArrayList<>();
    for (int threads : new int[] {1, 2}) {
      Path run = temp.resolve("threads-" + threads);
      List<Object> words =
          new ArrayList<>(List.of("train", config(preset), "--out", run, "run.threads=" + threads));
      if (preset.equals("td-mpc")) {
        words.addAll(SMALL_MPPI);
      }
      Run.of(words.toArray()).good();
      metrics.add(timeless(run.resolve("metrics.csv")));
    }
    assertEquals(metrics.get(0), metrics.get(1));
  }

  /** Every preset runs on without a failure, its second planner included. */
  @ParameterizedTest
  @ValueSource(
      strings = {"td-mpc", "difftop", "difftop-paper", "difftop-released", "td-mpc2", "td-mpc2-1m"})
  void everyPresetRuns(String preset) throws IOException {
    Path run = temp.resolve("run");
    List<Object> words =
        new ArrayList<>(
            List.of(
                "train",
                config(preset),
                "--out",
                run,
                "run.budget=3040",
                "run.log-every=400",
                "run.checkpoint-every=3040",
                "run.evaluate-every=3040",
                "learner.updates-per-step=0.2",
                "learner.policy-gradient.states=8"));
    if (preset.startsWith("td-mpc") || preset.equals("difftop-released")) {
      words.addAll(SMALL_MPPI);
    }
    if (preset.equals("difftop-released")) {
      words.add("learner.planner-switch.after=200");
    }
    if (preset.startsWith("td-mpc2")) {
      words.addAll(List.of("policy.encoder.latent=8", "policy.cost.bins=11"));
    }
    Run.of(words.toArray()).good();
    List<String> rows = Files.readAllLines(run.resolve("metrics.csv"));
    List<String> names = List.of(rows.get(0).split(",", -1));
    String[] last = rows.get(rows.size() - 1).split(",", -1);
    assertEquals("0", last[names.indexOf("skipped")].replace(".0", ""));
    assertEquals("0", last[names.indexOf("dropped_episodes")].replace(".0", ""));
    assertEquals(
        preset.startsWith("difftop"), !last[names.indexOf("plan_gradient_norm")].isEmpty());
    Run.of("evaluate", run, "--episodes", "1", "--json").good();
  }

  /** What a run without demonstrations has learned is checked, measured and shown. */
  @Test
  void aRunIsCheckedEvaluatedAndPlayed() throws IOException {
    Path run = temp.resolve("run");
    Run.of("train", config("difftop"), "--out", run, "run.budget=320").good();
    byte[] before = Files.readAllBytes(run.resolve("checkpoints/latest.h5"));

    Run checked =
        Run.of("gradcheck", "--run", run, "--samples", 3, "--entries", 2, "--json").good();
    List<String> blocks = new ArrayList<>();
    checked.json().get("blocks").forEach(row -> blocks.add(row.get("block").asText()));
    assertTrue(blocks.stream().anyMatch(b -> b.startsWith("encoder/")), blocks::toString);
    assertTrue(blocks.stream().anyMatch(b -> b.startsWith("cost/")), blocks::toString);
    assertTrue(checked.json().get("left_out").asInt() < 3, checked::out);
    Run.of("gradcheck", "--run", run, "learner.policy-gradient.weight=0")
        .bad(2, "no gradient of learner model-based");
    Run.of("gradcheck", config("difftop")).bad(2, "dataset: gradcheck draws states", "--run");

    Path shown = temp.resolve("shown");
    JsonNode played = Run.of("play", run, "--out", shown, "--json").good().json();
    assertEquals(10, played.get("steps").asInt());
    assertTrue(played.get("converged").asDouble() > 0, played::toString);
    assertTrue(played.at("/action_ms/median").asDouble() > 0, played::toString);
    assertTrue(Files.size(shown.resolve("rollout.gif")) > 100);
    JsonNode evaluated = Run.of("evaluate", run, "--episodes", 1, "--json").good().json();
    assertEquals(evaluated.at("/returns/0").asDouble(), played.get("return").asDouble());
    JsonNode other = Run.of("play", run, "--seed", 5, "--steps", 4, "--json").good().json();
    assertEquals(4, other.get("steps").asInt());
    assertNotEquals(other.at("/rewards/0").asDouble(), played.at("/rewards/0").asDouble());
    Run.of("play", "cartpole-swingup", "--best").bad(2, "--best");
    assertArrayEquals(before, Files.readAllBytes(run.resolve("checkpoints/latest.h5")));
  }

  /** Planners and starts are exchanged by name, while acting and in the policy gradient. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy.solver=mppi",
        "policy.solver=cem",
        "policy.solver=gauss-newton",
        "policy.solver=ilqr; policy.cost.value=mean",
        "policy.solver={plugin: hybrid, sampler: mppi, polish: lbfgs}",
        "policy.acting.start=zero",
        "policy.adjoint=smoothed",
        "run.environments=2"
      })
  void ablationsAreWordsOfTheCommandLine(String overrides) throws IOException {
    List<Object> words =
        new ArrayList<>(
            List.of("train", config("difftop"), "--out", temp.resolve("none"), "--dry-run"));
    words.addAll(List.of(overrides.split("; ")));
    words.add("learner.policy-gradient.solver=lbfgs");
    Run.of(words.toArray()).good();
  }

  @Test
  void aRunSaysWhatItIsThatDoesNotFit() throws IOException {
    Run tooShort = Run.of("train", config("difftop"), "--out", temp.resolve("r"), "run.budget=100");
    assertTrue(tooShort.status() != 0);
    assertTrue(tooShort.err().contains("run.budget: found 100"), tooShort::err);
    Run bare =
        Run.of(
            "train",
            config("difftop"),
            "--out",
            temp.resolve("r"),
            "learner.model.observation-value=0");
    assertTrue(bare.err().contains("observation-value"), bare::err);
    Run sampled =
        Run.of(
            "train",
            config("difftop"),
            "--out",
            temp.resolve("r"),
            "learner.policy-gradient.solver=mppi",
            "policy.adjoint=unroll");
    assertTrue(sampled.err().contains("policy.adjoint"), sampled::err);
    assertTrue(Arrays.asList(temp.toFile().list()).stream().noneMatch("r"::equals));
  }
}
