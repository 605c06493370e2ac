package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GradcheckCommandTest {
  private static final Path DEMONSTRATIONS =
      Path.of("../../examples/data/cartpole-swingup.hdf5").toAbsolutePath().normalize();

  private static final String CONFIG =
      """
      environment: {plugin: mujoco, task: cartpole-swingup}
      dataset: {plugin: robomimic, path: %s}
      policy:
        encoder: {plugin: mlp, latent: 3, hidden: [4]}
        dynamics: {plugin: mlp, hidden: [4], activation: tanh}
        cost: {plugin: mlp-residual, hidden: [4], residuals: 3, activation: tanh}
        solver: {plugin: gauss-newton, tolerance: 1e-3}
        horizon: 3
        control-penalty: 0.1
      learner: imitation
      """;

  @TempDir Path temp;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    config = Files.writeString(temp.resolve("tiny.yaml"), CONFIG.formatted(DEMONSTRATIONS));
  }

  private Run check(Object... more) {
    Object[] words = new Object[6 + more.length];
    Object[] first = {"gradcheck", config, "--samples", 2, "--entries", 2};
    System.arraycopy(first, 0, words, 0, 6);
    System.arraycopy(more, 0, words, 6, more.length);
    return Run.of(words);
  }

  /** Of the same gradient in float64: float32 is near, mixed precision less so. */
  @Test
  void gradientsAreComparedInEveryPrecision() {
    JsonNode rows = check("--json", "--precision").good().json().get("precision");
    Map<String, Double> errors = new HashMap<>();
    rows.forEach(
        row ->
            errors.put(
                row.get("adjoint").asText() + " " + row.get("precision").asText(),
                row.get("error").asDouble()));
    assertTrue(
        errors.keySet().containsAll(Set.of("exact float32", "exact mixed")), errors::toString);
    assertTrue(
        errors.get("exact float32") > 0 && errors.get("exact float32") < 1e-3, errors::toString);
    assertFalse(check("--json").good().json().has("precision"));
  }

  /** The check is in float64, whatever the run computes with. */
  @Test
  void aRunInMixedPrecisionIsCheckedInFloat64() {
    JsonNode exact = check("--json").good().json();
    assertEquals(exact, check("--json", "engine.precision=mixed").good().json());
    Run.of("train", config, "--dry-run", "run.audit-every=1", "engine.precision=mixed")
        .bad(2, "run.audit-every: found 1, expected 0 with engine.precision: mixed");
  }

  @Test
  void theExactAdjointAgreesAndTheBiasedOneDoesNot() {
    JsonNode report = check("--json").good().json();
    assertTrue(report.get("ok").asBoolean());
    assertEquals(1, report.get("converged").asDouble());
    assertEquals(0, report.get("left_out").asInt());
    Set<String> adjoints = new HashSet<>();
    Set<String> blocks = new HashSet<>();
    double worstBiased = 0;
    for (JsonNode row : report.get("blocks")) {
      adjoints.add(row.get("adjoint").asText());
      blocks.add(row.get("block").asText());
      assertTrue(row.get("entries").asInt() > 0, row.toString());
      if (row.get("adjoint").asText().equals("exact")) {
        assertEquals(1, row.get("cosine").asDouble(), 1e-4, row.toString());
        assertEquals(1, row.get("ratio").asDouble(), 1e-4, row.toString());
      }
      if (row.get("adjoint").asText().equals("gauss-newton")) {
        worstBiased = Math.max(worstBiased, Math.abs(row.get("ratio").asDouble() - 1));
      }
    }
    assertEquals(
        Set.of("exact", "smoothed", "gauss-newton", "truncated", "unroll", "dlm"), adjoints);
    for (String part : List.of("encoder/0/weight", "dynamics/0/bias", "cost/stage/0/weight")) {
      assertTrue(blocks.contains(part), part + " is missing in " + blocks);
    }
    assertTrue(blocks.contains("initial state"), blocks::toString);
    assertTrue(worstBiased > 0.01, "" + worstBiased);
    JsonNode range = report.at("/adjoints/gauss-newton/ratio");
    assertEquals(
        worstBiased,
        Math.max(1 - range.get(0).asDouble(), range.get(1).asDouble() - 1),
        1e-12,
        range.toString());
    Run biased = check("policy.adjoint=gauss-newton", "--json");
    assertEquals(1, biased.status());
    assertFalse(biased.json().get("ok").asBoolean());
    assertEquals(0, check("policy.adjoint=gauss-newton", "--tolerance", 1e6).status());
  }

  /** What a run has learned is checked, in float64 though it was learned in float32. */
  @Test
  void takesTheParametersOfARun() {
    Path run = temp.resolve("run");
    Run.of(
            "train",
            config,
            "--out",
            run,
            "run.budget=3",
            "learner.batch=4",
            "learner.optimizer.learning-rate=0.01",
            "run.evaluation-episodes=0")
        .good();
    JsonNode fresh = check("--json").good().json();
    JsonNode learned = check("--json", "--run", run).good().json();
    assertEquals(1, learned.get("converged").asDouble());
    assertFalse(learned.get("blocks").equals(fresh.get("blocks")));
  }

  /** A learner with codes draws its own states; posterior and code are blocks like others. */
  @Test
  void codesAndChunksAreChecked() throws IOException {
    Path coded =
        Files.writeString(
            temp.resolve("coded.yaml"),
            CONFIG
                .formatted(DEMONSTRATIONS)
                .replace(
                    "activation: tanh}\n  solver", "activation: tanh, context: [code]}\n  solver")
                .replace(
                    "learner: imitation",
                    "learner: {plugin: imitation, batch: 4, chunk: 2, code: {size: 2, hidden: [4]}}"));
    Path run = temp.resolve("coded");
    Run.of("train", coded, "--out", run, "run.budget=3", "run.evaluation-episodes=0").good();
    JsonNode report =
        Run.of("gradcheck", "--run", run, "--samples", 2, "--entries", 2, "--json").good().json();
    Set<String> blocks = new HashSet<>();
    for (JsonNode row : report.get("blocks")) {
      blocks.add(row.get("block").asText());
    }
    assertTrue(blocks.contains("posterior/head/mean/weight"), blocks::toString);
    assertTrue(blocks.contains("cost/stage/0/weight"), blocks::toString);
    JsonNode fresh =
        Run.of("gradcheck", coded, "--samples", 2, "--entries", 2, "--json").good().json();
    assertFalse(fresh.get("blocks").equals(report.get("blocks")));
    Run.of("gradcheck", coded, "--samples", 5).bad(2, "samples: found 5", "learner.batch");
  }

  /** What training differentiates after one iteration is no minimum yet; that shows. */
  @Test
  void asTrainedShowsWhatUnfinishedSolvesCost() {
    JsonNode tight = check("--json", "policy.solver.max-iterations=1").json();
    JsonNode loose = check("--json", "--as-trained", "policy.solver.max-iterations=1").json();
    assertEquals(0, loose.get("converged").asDouble());
    assertEquals(0, loose.get("left_out").asInt(), "tight solves come to rest all the same");
    assertEquals(2, tight.get("left_out").asInt(), "asked for one iteration on the command line");
    assertFalse(tight.get("ok").asBoolean());
    assertTrue(
        Math.abs(loose.at("/adjoints/exact/ratio/1").asDouble() - 1) > 1e-3
            || Math.abs(loose.at("/adjoints/exact/ratio/0").asDouble() - 1) > 1e-3,
        loose.toString());
  }

  /** The tolerance that differences need reaches the solver inside. */
  @Test
  void tightensSolversAroundOthers() {
    JsonNode report =
        check(
                "--json",
                "policy.solver={plugin: hybrid, sampler: {plugin: mppi, samples: 16, elites: 4}}")
            .good()
            .json();
    assertEquals(0, report.get("left_out").asInt());
    Run nested =
        check("policy.solver={plugin: augmented-lagrangian, inner: {plugin: hybrid, polish: ilqr}}")
            .good();
    assertTrue(nested.out().contains("exact: cosine and ratio are within"), nested::toString);
  }

  @Test
  void whatNeverComesToRestIsNoAgreement() {
    Run run = check("policy.solver={plugin: mppi, samples: 8, elites: 2}");
    assertEquals(1, run.status());
    assertTrue(run.out().contains("2 of 2 samples"), run::toString);
    assertTrue(run.out().contains("iteration-limit"), run::toString);
    assertTrue(run.out().contains("NOT within"), run::toString);
  }

  /** Nothing is learned: there is the initial state alone, and it agrees. */
  @Test
  void aPolicyWithoutParametersHasOneBlock() {
    JsonNode report =
        check(
                "--json",
                "policy.encoder=identity",
                "observations=[position, velocity]",
                "policy.dynamics=still",
                "policy.cost={plugin: goal-distance, goal: [0, 0, 0, 0, 0]}")
            .json();
    for (JsonNode row : report.get("blocks")) {
      assertEquals("initial state", row.get("block").asText());
    }
    assertTrue(report.get("ok").asBoolean());
  }

  @Test
  void saysWhyAnAdjointIsImpossible() {
    Run run = check("policy.solver.plugin=ilqr", "policy.solver.tolerance=1e-10");
    assertTrue(run.out().contains("does not expose"), run::toString);
    assertTrue(run.out().contains("initial state"), run::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--samples=0",
        "--entries=0",
        "--step=0",
        "--step=NaN",
        "--tolerance=-1",
        "--tolerance=Infinity"
      })
  void refusesNumbersThatMakeNoSense(String option) {
    check(option).bad(2, option.replaceAll("=.*", ""));
  }

  @Test
  void refusesWhatIsNoRunAndWhatIsNoConfiguration() {
    check("--run", temp).bad(3, "not a run folder");
    check("policy.adjoint=exactly").bad(2, "exact, smoothed");
    check("policy.horizon=5000").bad(2, "horizon of 5000");
    check("dataset.path=none.hdf5").bad(3, "none.hdf5");
    check("observations=[velocity, smell]").bad(2, "smell");
    Run.of("gradcheck", temp.resolve("none.yaml")).bad(2, "none.yaml");
  }
}
