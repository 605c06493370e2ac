package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The command {@code train}: what it writes, compares and refuses. */
final class TrainCommandTest extends TinyTraining {
  /** Every second row of metrics has its audit, and a file has every block of it. */
  @Test
  void auditsItsGradients() throws IOException {
    train(
            "run.evaluation-episodes=0",
            "run.audit-every=2",
            "run.budget=16",
            "policy.solver.max-iterations=50")
        .good();
    List<String> rows = text("audit.csv").lines().toList();
    assertEquals("position,block,entries,unsolved,left_out,cosine,ratio", rows.get(0));
    Set<String> blocks = new HashSet<>();
    Set<String> positions = new HashSet<>();
    for (String row : rows.subList(1, rows.size())) {
      String[] cells = row.split(",");
      positions.add(cells[0]);
      blocks.add(cells[1]);
      assertTrue(Integer.parseInt(cells[2]) > 0, row);
      assertTrue(Double.parseDouble(cells[5]) <= 1 + 1e-12, row);
    }
    assertEquals(Set.of("8", "16"), positions);
    assertTrue(
        blocks.containsAll(Set.of("encoder/0/weight", "dynamics/0/weight", "initial state")),
        blocks::toString);
    assertEquals(2 * blocks.size(), rows.size() - 1);
    Run.of("train", "--resume", run).good();
    assertEquals(rows, text("audit.csv").lines().toList(), "resumed at its end");
  }

  private Set<String> files(String below) throws IOException {
    try (Stream<Path> entries = Files.list(run.resolve(below))) {
      return entries.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void writesARunFolder() throws IOException {
    Run trained = train("--json", "run.evaluate-every=6").good();
    assertEquals(
        Set.of(
            ".lock",
            "config.yaml",
            "manifest.json",
            "metrics.csv",
            "evaluations.csv",
            "checkpoints",
            "evaluation.json",
            "learning-curve.svg",
            "rollout.gif"),
        files(""));
    assertEquals(Set.of("latest.h5", "previous.h5", "best.h5"), files("checkpoints"));
    assertTrue(text("learning-curve.svg").contains("<svg"));
    assertTrue(text("rollout.gif").startsWith("GIF89a"));
    assertTrue(text("config.yaml").contains("checkpoint-every: 5\n"));
    assertEquals(
        List.of("4", "8", "12"),
        metrics().stream().skip(1).map(l -> l.substring(0, l.indexOf(','))).toList());
    assertTrue(metrics().get(0).contains("converged,saturated"), () -> "columns");
    List<String> evaluations = text("evaluations.csv").lines().toList();
    assertTrue(
        evaluations
            .get(0)
            .startsWith("position,environment_steps,gradient_steps,episodes,return_mean"),
        evaluations::toString);
    assertEquals(
        List.of("6,0,6,2", "12,0,12,2"),
        evaluations.stream()
            .skip(1)
            .map(l -> String.join(",", List.of(l.split(",")).subList(0, 4)))
            .toList());

    JsonNode answer = trained.json();
    assertEquals(2, answer.at("/policy/returns").size());
    assertEquals("cartpole-swingup", answer.at("/policy/task").asText());
    assertTrue(answer.at("/processor_seconds/updating").asDouble() > 0);
    assertTrue(trained.err().contains("12/12  loss "), trained::err);

    String manifest = text("manifest.json");
    for (String key :
        List.of(
            "versions",
            "data_sha256",
            "seed",
            "host",
            "cartpole-swingup.hdf5",
            "plugins",
            "sha256",
            "processor_seconds",
            "peak_memory_mb")) {
      assertTrue(manifest.contains("\"" + key + "\""), () -> key + " is not in " + manifest);
    }
  }

  /** Further configurations are runs of their own, with learners of their own. */
  @Test
  void comparesWithOtherConfigurations() throws IOException {
    Path other = cloning();
    JsonNode answer = train("--json", "compare-with=[" + other + "]").good().json();
    assertEquals(2, answer.at("/compared/0/policy/episodes").asInt());
    run = run.resolve("compared").resolve("cloning");
    assertTrue(text("metrics.csv").startsWith("position,loss,validation"));
    assertEquals(2, evaluate().get("episodes").asInt());
    assertFalse(Files.exists(temp.resolve("bad")));
    run = temp.resolve("bad");
    train("compare-with=[" + temp.resolve("none.yaml") + "]").bad(2, "none.yaml");
    assertFalse(Files.exists(run));
  }

  private Path cloning() throws IOException {
    return Files.writeString(
        temp.resolve("cloning.yaml"),
        """
        environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 80}
        dataset: {plugin: robomimic, path: %s}
        learner: {plugin: behavior-cloning, batch: 8, hidden: [8]}
        run: {budget: 20, evaluation-episodes: 2}
        """
            .formatted(DEMONSTRATIONS));
  }

  /** Seed and episodes hold for all, the budget for the run alone; results stand in a table. */
  @Test
  void comparedRunsShareTheConditionsOfTheRun() throws IOException {
    Run result =
        train(
                "compare-with=[" + cloning() + "]",
                "run.seed=5",
                "run.evaluation-episodes=3",
                "run.budget=4")
            .good();
    List<String> table = result.out().lines().toList();
    table = table.subList(table.size() - 3, table.size());
    assertTrue(table.get(0).startsWith("run "), () -> result.out());
    assertTrue(table.get(1).startsWith("run "), () -> result.out());
    assertTrue(table.get(2).startsWith("cloning "), () -> result.out());
    run = run.resolve("compared").resolve("cloning");
    String config = text("config.yaml");
    assertTrue(config.contains("seed: 5"), config);
    assertTrue(config.contains("evaluation-episodes: 3"), config);
    assertTrue(config.contains("budget: 20"), config);
  }

  @Test
  void theResolvedConfigurationRunsTheSameAgain() throws IOException {
    train("run.evaluation-episodes=0", "run.seed=3").good();
    List<String> first = metrics();
    byte[] learned = Files.readAllBytes(run.resolve("checkpoints/latest.h5"));
    Path resolved = run.resolve("config.yaml");
    run = temp.resolve("again");
    Run.of("train", resolved, "--out", run).good();
    assertEquals(first, metrics());
    assertArrayEquals(learned, Files.readAllBytes(run.resolve("checkpoints/latest.h5")));
    run = temp.resolve("other");
    train("run.evaluation-episodes=0", "run.seed=4").good();
    assertNotEquals(first, metrics());
  }

  @Test
  void aSolverIsSwappedByAWord() throws IOException {
    train("run.evaluation-episodes=0", "policy.solver=ilqr", "policy.adjoint=gauss-newton").good();
    assertTrue(text("config.yaml").contains("plugin: ilqr"));
    assertTrue(text("config.yaml").contains("adjoint: gauss-newton"));
  }

  @Test
  void whereActingStartsIsCheckedBeforeAnythingRuns() {
    train("policy.acting.start=policy").bad(2, "acting.start: policy", "heads");
    train("policy.acting.start=base").bad(2, "acting.start: base", "no base policy");
    Run dry =
        train("--dry-run", "policy.acting.start=shifted", "policy.acting.deadline-ms=5").good();
    assertTrue(dry.out().contains("start: shifted"), dry::out);
  }

  @Test
  void aDryRunChecksAndWritesNothing() {
    Run dry = train("--dry-run").good();
    assertTrue(dry.out().contains("path: " + DEMONSTRATIONS), dry::out);
    assertTrue(dry.out().contains("learning-rate: 0.001\n"), dry::out);
    JsonNode json = train("--dry-run", "--json").good().json();
    assertEquals(12, json.at("/config/run/budget").asInt());
    assertFalse(Files.exists(run));
    train("--dry-run", "policy.dynamics=pendulum")
        .bad(2, "encoder mlp gives a state of shape (4), dynamics pendulum takes (2)");
    assertFalse(Files.exists(run));
  }

  @Test
  void measuresThePolicyOfARun() {
    JsonNode trained = train("--json").good().json();
    JsonNode same = Run.of("evaluate", run, "--episodes", 2, "--json").good().json();
    assertEquals(trained.at("/policy/returns"), same.get("returns"));
    for (String key : List.of("task", "episodes", "returns", "mean", "std", "success_any")) {
      assertTrue(same.has(key), () -> key + " is not in " + same);
    }
    assertTrue(same.at("/action_ms/median").asDouble() > 0);
    assertTrue(same.at("/action_ms/p95").asDouble() >= same.at("/action_ms/median").asDouble());

    JsonNode other = evaluate("--seed", 99);
    JsonNode idle = evaluate("policy.solver.max-iterations=0");
    JsonNode permuted = evaluate("--permute-dynamics");
    assertNotEquals(same.get("returns"), other.get("returns"));
    assertNotEquals(same.get("returns"), idle.get("returns"));
    assertNotEquals(same.get("returns"), permuted.get("returns"));
    assertEquals(0, idle.get("converged").asDouble());
    evaluate("--best");
    Run.of("evaluate", run, "learner.batch=4").bad(2, "learner.batch: has no effect");
  }

  private JsonNode evaluate(Object... more) {
    List<Object> words = new ArrayList<>(List.of("evaluate", run, "--json", "--episodes", 2));
    words.addAll(Arrays.asList(more));
    return Run.of(words.toArray()).good().json();
  }

  @Test
  void refusesWrongUsage() throws IOException {
    Run.of("train").bad(2, "name a configuration");
    Run.of("train", "horizon=3").bad(2, "name a configuration");
    Run.of("train", temp.resolve("none.yaml")).bad(2, "none.yaml", "no such file");
    Run.of("evaluate", temp.resolve("none")).bad(3, "none", "not a run folder");
    Files.createDirectory(run);
    Files.writeString(run.resolve("notes.txt"), "mine");
    train().bad(2, "is not empty", "--resume");
    assertEquals("mine", text("notes.txt"));
  }

  @Test
  void reportsAllThatIsWrongWithTheConfiguration() throws IOException {
    Files.writeString(
        config,
        """
        environment: {plugin: mujoco, task: cartpole-swingup}
        dataset: {plugin: robomimik}
        policy:
          encoder: {plugin: mlp, latent: -4}
          dynamics: {plugin: mlp, hiden: [8]}
          cost: mlp-residual
          horizon: three
          adjoint: exactly
        learner: imitation
        run: {budget: 0}
        """);
    JsonNode error =
        train("--json")
            .bad(
                2,
                "tiny.yaml:2: dataset: no dataset named \"robomimik\"; did you mean robomimic?",
                "tiny.yaml:4: policy.encoder.latent: found -4",
                "tiny.yaml:5: policy.dynamics.hiden: unknown key; did you mean hidden?",
                "tiny.yaml:7: policy.horizon: found three, expected integer",
                "tiny.yaml:8: policy.adjoint: found exactly, expected one of exact, smoothed, gauss-newton",
                "tiny.yaml:10: run.budget: found 0, expected at least 1")
            .json();
    assertEquals("configuration", error.at("/error/kind").asText());
    assertFalse(Files.exists(run));
  }

  @Test
  void refusesBadDemonstrations() throws IOException {
    byte[] whole = Files.readAllBytes(DEMONSTRATIONS);
    Path cut = Files.write(temp.resolve("cut.hdf5"), Arrays.copyOf(whole, whole.length / 2));
    Path text = Files.writeString(temp.resolve("text.hdf5"), "no demonstrations");
    JsonNode error = train("dataset.path=" + cut, "--json").bad(3, "cut.hdf5").json();
    assertEquals("TRUNCATED", error.at("/error/kind").asText());
    train("dataset.path=" + text).bad(3, "text.hdf5");
    train("dataset.path=" + temp.resolve("none.hdf5"))
        .bad(3, "none.hdf5: there is no such file; make it first", "(read by dataset robomimic)");
    assertFalse(Files.exists(run));
  }

  @Test
  void refusesObservationsThatAreNotThere() {
    train("observations=[position, smell]").bad(2, "smell", "position", "velocity");
    Run run =
        train("environment.task=pendulum-swingup", "--json").bad(3, "orientation", "obs/position");
    assertEquals("MISSING_KEY", run.json().at("/error/kind").asText());
  }

  @Test
  void refusesAHorizonLongerThanTheDemonstrations() {
    train("policy.horizon=200", "learner.batch=1").bad(2, "horizon of 200");
  }

  @Test
  void refusesToFreezeWhatIsNotThere() {
    train("learner.optimizer.freeze=['encodr/0/weight']")
        .bad(2, "encodr/0/weight", "did you mean encoder/0/weight?");
    train("learner.optimizer={nesterov: true}").bad(2, "learner.optimizer", "momentum above 0");
    assertFalse(Files.exists(run));
  }

  /** Nothing is left of a run that did not begin; the dry run makes the same checks. */
  @Test
  void aRunThatCannotBeginLeavesNothing() {
    train("--dry-run", "policy.horizon=200").bad(2, "horizon of 200");
    train("policy.horizon=200").bad(2, "horizon of 200");
    assertFalse(Files.exists(run));
    train("run.evaluation-episodes=0").good();
  }
}
