package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Child;
import dev.difftop.app.cli.Run;
import dev.difftop.hdf5.H5File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of a few steps with networks of a few neurons: everything but the quality of a policy. */
final class TrainCommandTest {
  private static final Path DEMONSTRATIONS =
      Path.of("../../examples/data/cartpole-swingup.hdf5").toAbsolutePath().normalize();

  private static final String CONFIG =
      """
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 80}
      dataset: {plugin: robomimic, path: %s}
      encoder: {plugin: mlp, latent: 4, hidden: [8]}
      dynamics: {plugin: mlp, hidden: [8]}
      cost: {plugin: mlp-residual, hidden: [8], residuals: 4}
      solver: {plugin: gauss-newton, hessian: gauss-newton, max-iterations: 5, tolerance: 1e-3}
      horizon: 3
      control-penalty: 0.1
      learning: {steps: 12, batch: 8, log-every: 4}
      baseline: {steps: 20, batch: 8}
      evaluation-episodes: 2
      checkpoint-every: 5
      """;

  @TempDir Path temp;
  private Path config;
  private Path run;

  @BeforeEach
  void writeConfiguration() throws IOException {
    config = Files.writeString(temp.resolve("tiny.yaml"), CONFIG.formatted(DEMONSTRATIONS));
    run = temp.resolve("run");
  }

  private Run train(Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", config, "--out", run));
    words.addAll(Arrays.asList(more));
    return Run.of(words.toArray());
  }

  private String text(String file) throws IOException {
    return Files.readString(run.resolve(file), StandardCharsets.ISO_8859_1);
  }

  /** The rows of the metrics without the last column, the time. */
  private List<String> metrics() throws IOException {
    return text("metrics.csv").lines().map(l -> l.substring(0, l.lastIndexOf(','))).toList();
  }

  /** Every second row of metrics has its audit, and a file has every block of it. */
  @Test
  void auditsItsGradients() throws IOException {
    train("evaluation-episodes=0", "learning.audit-every=2", "learning.steps=16").good();
    List<String> audited = new ArrayList<>();
    int cosine = List.of(metrics().get(0).split(",")).indexOf("audit_cosine");
    for (String row : metrics().subList(1, 5)) {
      if (!row.split(",")[cosine].equals("NaN")) {
        audited.add(row.substring(0, row.indexOf(',')));
      }
    }
    assertEquals(List.of("8", "16"), audited);
    List<String> rows = text("audit.csv").lines().toList();
    assertEquals("step,block,entries,unsolved,left_out,cosine,ratio", rows.get(0));
    Set<String> blocks = new HashSet<>();
    for (String row : rows.subList(1, rows.size())) {
      String[] cells = row.split(",");
      assertTrue(cells[0].equals("8") || cells[0].equals("16"), row);
      blocks.add(cells[1]);
      assertTrue(Integer.parseInt(cells[2]) > 0, row);
      assertTrue(Double.parseDouble(cells[5]) <= 1 + 1e-12, row);
    }
    assertTrue(
        blocks.containsAll(Set.of("encoder/0/weight", "dynamics/0/weight", "initial state")),
        blocks::toString);
    assertEquals(2 * blocks.size(), rows.size() - 1);
    Run.of("train", "--resume", run).good();
    assertEquals(rows, text("audit.csv").lines().toList(), "resumed at its end");
  }

  @Test
  void leavesARunFolder() throws IOException {
    Run trained = train("--json").good();
    Set<String> files;
    try (Stream<Path> entries = Files.list(run)) {
      files = entries.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    }
    assertEquals(
        Set.of(
            "config.yaml",
            "manifest.json",
            "metrics.csv",
            "checkpoint.h5",
            "evaluation.json",
            "learning-curve.svg",
            "rollout.gif",
            "baseline-rollout.gif"),
        files);
    assertTrue(text("learning-curve.svg").contains("<svg"));
    assertTrue(text("rollout.gif").startsWith("GIF89a"));
    assertTrue(text("config.yaml").contains("checkpoint-every: 5\n"));
    assertEquals(
        List.of("4", "8", "12"),
        metrics().stream().skip(1).map(l -> l.substring(0, l.indexOf(','))).toList());
    assertTrue(metrics().get(0).contains("converged,saturated"), () -> "columns");

    JsonNode evaluation = trained.json();
    assertEquals(trained.out().strip(), text("evaluation.json").strip());
    assertEquals(2, evaluation.at("/policy/returns").size());
    assertEquals(2, evaluation.at("/behavior_cloning/episodes").asInt());
    assertEquals(60, evaluation.at("/demonstrations/episodes").asInt());
    assertTrue(evaluation.at("/demonstrations/mean_return").asDouble() > 700);
    assertTrue(trained.err().contains("step 12/12  loss "), trained::err);

    String manifest = text("manifest.json");
    for (String key : List.of("versions", "sha256", "seed", "host", "cartpole-swingup.hdf5")) {
      assertTrue(manifest.contains("\"" + key + "\""), () -> key + " is not in " + manifest);
    }
  }

  @Test
  void theResolvedConfigurationRunsTheSameAgain() throws IOException {
    train("evaluation-episodes=0", "seed=3").good();
    List<String> first = metrics();
    byte[] learned = Files.readAllBytes(run.resolve("checkpoint.h5"));
    Path resolved = run.resolve("config.yaml");
    run = temp.resolve("again");
    Run.of("train", resolved, "--out", run).good();
    assertEquals(first, metrics());
    assertArrayEquals(learned, Files.readAllBytes(run.resolve("checkpoint.h5")));
    run = temp.resolve("other");
    train("evaluation-episodes=0", "seed=4").good();
    assertNotEquals(first, metrics());
  }

  @Test
  void aSolverIsSwappedByAWord() throws IOException {
    train("evaluation-episodes=0", "solver=ilqr", "adjoint=gauss-newton").good();
    assertTrue(text("config.yaml").contains("plugin: ilqr"));
    assertTrue(text("config.yaml").contains("adjoint: gauss-newton"));
  }

  @Test
  void whereActingStartsIsCheckedBeforeAnythingRuns() {
    train("acting.start=policy").bad(2, "acting.start: policy", "heads");
    train("acting.start=base").bad(2, "acting.start: base", "no base policy");
    Run dry = train("--dry-run", "acting.start=shifted", "acting.deadline-millis=5").good();
    assertTrue(dry.out().contains("start: shifted"), dry::out);
  }

  @Test
  void aDryRunChecksAndWritesNothing() {
    Run dry = train("--dry-run").good();
    assertTrue(dry.out().contains("path: " + DEMONSTRATIONS), dry::out);
    assertTrue(dry.out().contains("learning-rate: 0.001\n"), dry::out);
    JsonNode json = train("--dry-run", "--json").good().json();
    assertEquals(12, json.at("/config/learning/steps").asInt());
    assertFalse(Files.exists(run));
    train("--dry-run", "dynamics=pendulum")
        .bad(2, "encoder mlp gives a state of shape (4), dynamics pendulum takes (2)");
    assertFalse(Files.exists(run));
  }

  @Test
  void measuresThePolicyOfARun() {
    JsonNode trained = train("--json", "baseline.enabled=false").good().json();
    JsonNode same = Run.of("evaluate", run, "--episodes", 2, "--json").good().json();
    assertEquals(trained.at("/policy/returns"), same.get("returns"));
    for (String key : List.of("task", "episodes", "returns", "mean", "std", "success_rate")) {
      assertTrue(same.has(key), () -> key + " is not in " + same);
    }
    assertTrue(same.at("/action_ms/median").asDouble() > 0);
    assertTrue(same.at("/action_ms/p95").asDouble() >= same.at("/action_ms/median").asDouble());

    JsonNode other = evaluate("--seed", 99);
    JsonNode idle = evaluate("solver.max-iterations=0");
    JsonNode permuted = evaluate("--permute-dynamics");
    assertNotEquals(same.get("returns"), other.get("returns"));
    assertNotEquals(same.get("returns"), idle.get("returns"));
    assertNotEquals(same.get("returns"), permuted.get("returns"));
    assertEquals(0, idle.get("converged").asDouble());
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
    Run.of("evaluate", temp.resolve("none")).bad(3, "none", "no run");
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
        encoder: {plugin: mlp, latent: -4}
        dynamics: {plugin: mlp, hiden: [8]}
        cost: mlp-residual
        horizon: three
        learning: {steps: 0}
        adjoint: exactly
        """);
    JsonNode error =
        train("--json")
            .bad(
                2,
                "tiny.yaml:2: dataset: no dataset named \"robomimik\"; did you mean robomimic?",
                "tiny.yaml:3: encoder.latent: found -4",
                "tiny.yaml:4: dynamics.hiden: unknown key; did you mean hidden?",
                "tiny.yaml:6: horizon: found three, expected integer",
                "tiny.yaml:7: learning.steps: found 0, expected at least 1",
                "tiny.yaml:8: adjoint: found exactly, expected one of exact, smoothed, gauss-newton")
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
    train("dataset.path=" + temp.resolve("none.hdf5")).bad(3, "none.hdf5");
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
    train("horizon=200", "learning.batch=1").bad(2, "horizon of 200");
  }

  @Test
  void failsWhereItCannotWrite() throws IOException {
    run = Files.writeString(temp.resolve("file"), "no folder").resolve("run");
    train().bad(4, "file");
    run = Path.of("/proc/difftop");
    train().bad(4, "/proc/difftop");
  }

  @Test
  void refusesToResumeWhatIsNoRun() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Run.of("train", "--resume", empty).bad(3, "empty", "config.yaml");
    Run.of("train", "--resume", temp.resolve("nowhere")).bad(3, "nowhere");
    train("evaluation-episodes=0").good();
    Run.of("train", config, "--resume", run).bad(2, "--resume");
  }

  @Test
  void refusesACheckpointThatIsDamagedOrOfAnotherModel() throws IOException {
    train("evaluation-episodes=0").good();
    Run.of("evaluate", run, "encoder.latent=5")
        .bad(
            2,
            "does not fit the configured model",
            "parameters/encoder/1/weight has shape (4, 8), expected (5, 8)",
            "parameters/dynamics/1/bias has shape (4), expected (5)");
    Run.of("evaluate", run, "encoder.hidden=[]")
        .bad(2, "extra parameters/encoder/1/weight (4, 8)", "extra parameters/encoder/1/bias (4)");
    Run.of("evaluate", run, "learning.optimizer.averaging=0.9")
        .bad(2, "missing copies/averaged/cost/stage/0/weight (8, 5)");
    setOptimizer("sgd");
    Run.of("train", "--resume", run).bad(2, "optimizer of model is adam, expected sgd");
    setOptimizer("adam");
    byte[] whole = Files.readAllBytes(run.resolve("checkpoint.h5"));
    setVersion(1);
    Run.of("evaluate", run).bad(3, "checkpoint.h5", "version 1, expected 2");
    Run.of("train", "--resume", run).bad(3, "checkpoint.h5", "version 1, expected 2");
    Files.write(run.resolve("checkpoint.h5"), Arrays.copyOf(whole, whole.length / 2));
    Run.of("evaluate", run).bad(3, "checkpoint.h5");
    Run.of("train", "--resume", run).bad(3, "checkpoint.h5");
  }

  private void setOptimizer(String method) throws IOException {
    String yaml = text("config.yaml").replaceFirst("method: \\w+", "method: " + method);
    Files.writeString(run.resolve("config.yaml"), yaml);
  }

  private void setVersion(long version) {
    try (H5File file = H5File.edit(run.resolve("checkpoint.h5"))) {
      file.setAttribute("version", version);
      file.commit();
    }
  }

  /** Each learns its own numbers; half a run, resumed, gives the same bytes as a whole one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{schedule: constant, averaging: 0.9}",
        "{schedule: constant, method: adamw, weight-decay: 0.1, warm-up: 9}",
        "{schedule: constant, method: sgd, momentum: 0.9, nesterov: true, value-clip: 1e-3}",
        "{schedule: constant, method: sgd, freeze: ['encoder/*']}"
      })
  void everyOptimizerResumesExactly(String optimizer) throws IOException {
    String set = "learning.optimizer=" + optimizer;
    train("evaluation-episodes=0", set).good();
    byte[] whole = Files.readAllBytes(run.resolve("checkpoint.h5"));
    run = temp.resolve("halves");
    train("evaluation-episodes=0", set, "learning.steps=6").good();
    assertFalse(Arrays.equals(whole, Files.readAllBytes(run.resolve("checkpoint.h5"))));
    String yaml = text("config.yaml").replace("  steps: 6\n", "  steps: 12\n");
    Files.writeString(run.resolve("config.yaml"), yaml);
    Run.of("train", "--resume", run).good();
    assertArrayEquals(whole, Files.readAllBytes(run.resolve("checkpoint.h5")));
  }

  @Test
  void refusesToFreezeWhatIsNotThere() {
    train("learning.optimizer.freeze=['encodr/0/weight']")
        .bad(2, "encodr/0/weight", "did you mean encoder/0/weight?");
    train("baseline.optimizer.freeze=['7/weight']").bad(2, "7/weight", "fits none");
    train("learning.optimizer={nesterov: true}").bad(2, "learning.optimizer", "momentum above 0");
    assertFalse(Files.exists(run));
  }

  @Test
  void anInterruptedRunGoesOn() throws IOException, InterruptedException {
    try (Child child = new Child(temp, "train", config, "--out", run, "learning.steps=1000000")) {
      child.awaitError(said -> said.contains("step 1/1000000"));
      child.interrupt();
      Run ended = child.end();
      assertEquals(Child.TERMINATED, ended.status(), ended::toString);
      assertTrue(ended.err().contains("train --resume " + run), ended::toString);
      assertEquals("", ended.out());
      String after = ended.err().replaceAll("(?s).*stopped after step (\\d+);.*", "$1");
      long step = Long.parseLong(after);
      assertTrue(step >= 1);

      // It would go on for long: let it end soon.
      String yaml = text("config.yaml").replace("steps: 1000000", "steps: " + (step + 3));
      Files.writeString(run.resolve("config.yaml"), yaml);
      Run resumed = Run.of("train", "--resume", run, "--json").good();
      assertEquals(2, resumed.json().at("/policy/episodes").asInt());
      List<String> rows = metrics();
      assertTrue(rows.get(rows.size() - 1).startsWith((step + 3) + ","), rows::toString);
      List<String> steps = rows.stream().map(r -> r.substring(0, r.indexOf(','))).toList();
      assertEquals(steps.size(), Set.copyOf(steps).size(), steps::toString);
    }
  }
}
