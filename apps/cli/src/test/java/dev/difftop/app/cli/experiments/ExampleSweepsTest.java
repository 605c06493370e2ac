package dev.difftop.app.cli.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every run of the sweeps that ship resolves and is assembled. */
final class ExampleSweepsTest {
  private static final Path EXAMPLES = Path.of("../../examples").toAbsolutePath().normalize();
  private static final Path SWEEPS = EXAMPLES.resolve("sweeps");

  @TempDir Path temp;

  private static JsonNode plan(Path spec) {
    JsonNode plan = Run.of("sweep", spec, "--dry-run", "--json").good().json();
    assertEquals(0, plan.get("refused").size(), plan::toString);
    return plan;
  }

  private static Set<String> cases(JsonNode plan) {
    return plan.findValuesAsText("case").stream().collect(Collectors.toSet());
  }

  @Test
  void solversAndAdjointsAreCrossed() {
    JsonNode plan = plan(SWEEPS.resolve("solver-adjoint.yaml"));
    assertEquals(18, plan.get("count").asInt());
    assertEquals(6, cases(plan).size());
  }

  @Test
  void planningIsAblatedPartByPart() {
    JsonNode plan = plan(SWEEPS.resolve("planner-ablation.yaml"));
    assertEquals(57, plan.get("count").asInt());
    assertTrue(
        cases(plan)
            .containsAll(
                Set.of(
                    "difftop",
                    "gauss-newton-adjoint",
                    "no-policy-gradient",
                    "policy-gradient-alone",
                    "no-planning",
                    "mppi",
                    "ilqr",
                    "no-value-loss")),
        plan::toString);
  }

  @Test
  void planningIsComparedOnSmallModels() {
    JsonNode plan = plan(SWEEPS.resolve("objective-mismatch.yaml"));
    assertEquals(27, plan.get("count").asInt());
    assertEquals(9, cases(plan).size(), plan::toString);
  }

  /** With fewer demonstrations than the file asks for. */
  @Test
  void aClonedPolicyIsRefined() throws IOException {
    copy("sweeps/refinement.yaml", "imitation/common/lift.yaml", "imitation/lift-collect.yaml");
    Path base = temp.resolve("examples/imitation/common/lift.yaml");
    Path cloned = temp.resolve("runs/lift-cloned");
    Run.of(
            "collect",
            temp.resolve("examples/imitation/lift-collect.yaml"),
            "--out",
            temp.resolve("runs/lift-narrow.hdf5"),
            "collection.episodes=2")
        .good();
    Run.of(
            "train",
            base,
            "--out",
            cloned,
            "learner.plugin=behavior-cloning",
            "learner.validation=0",
            "run.budget=1",
            "run.evaluation-episodes=0")
        .good();
    Path spec = temp.resolve("examples/sweeps/refinement.yaml");
    // Runs are named from the working directory.
    Files.writeString(
        spec,
        Files.readString(spec)
            .replace("runs/lift-cloned}", cloned + "}")
            .replace("runs/lift-cloned,", cloned + ","));
    JsonNode plan = plan(spec);
    assertEquals(12, plan.get("count").asInt());
    assertEquals(Set.of("cloned", "planned", "refined", "refined-from-base"), cases(plan));
  }

  /** With fewer demonstrations than the file asks for. */
  @Test
  void weightsOfTheDivergenceAreSwept() throws IOException {
    copy(
        "sweeps/kl-weight.yaml",
        "imitation/reach-around-cvae.yaml",
        "imitation/reach-around-collect.yaml",
        "imitation/common/reach-around.yaml",
        "imitation/common/cvae.yaml",
        "imitation/common/imitation.yaml");
    Run.of(
            "collect",
            temp.resolve("examples/imitation/reach-around-collect.yaml"),
            "--out",
            temp.resolve("runs/reach-around.hdf5"),
            "collection.episodes=2")
        .good();
    JsonNode plan = plan(temp.resolve("examples/sweeps/kl-weight.yaml"));
    assertEquals(15, plan.get("count").asInt());
    assertEquals(5, cases(plan).size(), plan::toString);
  }

  private void copy(String... files) throws IOException {
    for (String file : List.of(files)) {
      Path to = temp.resolve("examples").resolve(file);
      Files.createDirectories(to.getParent());
      Files.copy(EXAMPLES.resolve(file), to);
    }
  }

  @Test
  void everySweepIsTestedHere() throws IOException {
    try (Stream<Path> files = Files.list(SWEEPS)) {
      assertEquals(
          List.of(
              "kl-weight.yaml",
              "objective-mismatch.yaml",
              "planner-ablation.yaml",
              "refinement.yaml",
              "solver-adjoint.yaml"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
