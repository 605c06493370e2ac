package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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
      encoder: {plugin: mlp, latent: 3, hidden: [4]}
      dynamics: {plugin: mlp, hidden: [4], activation: tanh}
      cost: {plugin: mlp-residual, hidden: [4], residuals: 3, activation: tanh}
      solver: {plugin: gauss-newton, tolerance: 1e-3}
      horizon: 3
      action-price: 0.1
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

  @Test
  void theExactAdjointAgreesAndTheBiasedOneDoesNot() {
    JsonNode report = check("--json").good().json();
    assertTrue(report.get("ok").asBoolean());
    assertEquals(1, report.get("converged").asDouble());
    Set<String> adjoints = new HashSet<>();
    double worstBiased = 0;
    for (JsonNode row : report.get("blocks")) {
      adjoints.add(row.get("adjoint").asText());
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
    assertTrue(worstBiased > 0.01, "" + worstBiased);
    Run biased = check("adjoint=gauss-newton", "--json");
    assertEquals(1, biased.status());
    assertFalse(biased.json().get("ok").asBoolean());
    assertEquals(0, check("adjoint=gauss-newton", "--tolerance", 1e6).status());
  }

  @Test
  void saysWhyAnAdjointIsImpossible() {
    Run run = check("solver.plugin=ilqr", "solver.tolerance=1e-10");
    assertTrue(run.out().contains("does not expose"), run::toString);
    assertTrue(run.out().contains("initial state"), run::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--samples=0", "--entries=0", "--step=0", "--tolerance=-1"})
  void refusesNumbersThatMakeNoSense(String option) {
    check(option).bad(2, option.replaceAll("=.*", ""));
  }

  @Test
  void refusesWhatIsNoRunAndWhatIsNoConfiguration() {
    check("--run", temp).bad(3, "is no run");
    Run.of("gradcheck", temp.resolve("none.yaml")).bad(2, "none.yaml");
  }
}
