package dev.difftop.app.cli.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Slab;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Planning problems with networks in HDF5 files, against references computed independently. */
final class SolveHdf5Test {
  private static Path problem(String name) {
    try {
      return Path.of(SolveHdf5Test.class.getResource("trajopt/" + name + ".h5").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode solve(String name, String... more) {
    List<Object> words = new ArrayList<>(List.of("solve", problem(name), "--json"));
    words.addAll(List.of(more));
    JsonNode instances = Run.of(words.toArray()).good().json().get("instances");
    assertEquals(1, instances.size());
    return instances.get(0);
  }

  private static double[] truth(String name, String path) {
    try (H5File file = H5File.open(problem(name));
        H5Dataset data = file.dataset("truth/" + path)) {
      return data.readDoubles(H5Slab.all());
    }
  }

  private static double[] numbers(JsonNode node) {
    List<Double> out = new ArrayList<>();
    collect(node, out::add);
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(JsonNode node, Consumer<Double> out) {
    if (node.isNumber()) {
      out.accept(node.asDouble());
    } else {
      node.forEach(n -> collect(n, out));
    }
  }

  /** Largest difference, relative to the largest expected magnitude. */
  private static void assertClose(double[] expected, JsonNode found, double tolerance, String of) {
    double[] values = numbers(found);
    assertEquals(expected.length, values.length, of);
    double scale = 1e-9;
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - values[i]));
    }
    assertTrue(worst <= tolerance * scale, of + ": " + worst + " of " + scale);
  }

  @ParameterizedTest
  @CsvSource({
    "gauss-newton, float64, 1e-9",
    "ilqr, float64, 1e-9",
    "gauss-newton, float32, 1e-3",
    "ilqr, float32, 1e-3"
  })
  void plansAsTheReferenceDoes(String solver, String dtype, double tolerance) {
    JsonNode found = solve("tdmpc_tiny", "--solver", solver, "--start", "warm", "--dtype", dtype);
    assertEquals("converged", found.get("status").asText());
    double cost = truth("tdmpc_tiny", "J")[0];
    assertEquals(cost, found.get("cost").asDouble(), tolerance * Math.abs(cost));
    assertClose(truth("tdmpc_tiny", "actions"), found.get("u"), tolerance, "actions");
    assertClose(truth("tdmpc_tiny", "grad/obs"), found.get("grad").get("obs"), tolerance, "obs");
    List<String> names = new ArrayList<>();
    found.get("gradnorm").fieldNames().forEachRemaining(names::add);
    assertTrue(names.contains("q1/1/weight") && names.contains("encoder/2/bias"), "" + names);
    for (String name : names) {
      double[] g = truth("tdmpc_tiny", "grad/" + name);
      double[] norms = numbers(found.get("gradnorm").get(name));
      double norm = Math.sqrt(java.util.Arrays.stream(g).map(v -> v * v).sum());
      double largest = java.util.Arrays.stream(g).map(Math::abs).max().orElseThrow();
      assertEquals(norm, norms[0], tolerance * Math.max(norm, 1e-3), name);
      assertEquals(
          java.util.Arrays.stream(g).sum(), norms[1], 10 * tolerance * Math.max(norm, 1e-3), name);
      assertEquals(largest, norms[2], tolerance * Math.max(largest, 1e-3), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gauss-newton, float64, 1e-9",
    "ilqr, float64, 1e-9",
    "gauss-newton, float32, 1e-3",
  })
  void imitatesAsTheReferenceDoes(String solver, String dtype, double tolerance) {
    JsonNode found =
        solve("imitation_tiny", "--solver", solver, "--start", "warm", "--dtype", dtype);
    assertEquals(5, found.get("status").size());
    found.get("status").forEach(status -> assertEquals("converged", status.asText()));
    assertClose(truth("imitation_tiny", "actions"), found.get("u"), tolerance, "actions");
    assertClose(truth("imitation_tiny", "J"), found.get("cost"), tolerance, "cost");
    assertEquals(truth("imitation_tiny", "loss")[0], found.get("loss").asDouble(), tolerance);
    for (String block : List.of("W1", "b1", "W2", "b2", "W3", "b3", "features")) {
      double[] expected = truth("imitation_tiny", "grad/" + block);
      assertClose(expected, found.get("grad").get(block), tolerance, block);
    }
  }

  @Test
  void settingsOfTheProblemChangeIt() {
    JsonNode plain = solve("tdmpc_tiny");
    JsonNode cheap = solve("tdmpc_tiny", "--set", "rho=0.1");
    assertTrue(cheap.get("cost").asDouble() < plain.get("cost").asDouble());
    JsonNode least = solve("tdmpc_tiny", "--set", "value=min", "--set", "max-iterations=3");
    assertNotEquals(plain.get("cost"), least.get("cost"));
    assertTrue(least.get("G").asDouble() < plain.get("G").asDouble());
  }

  @ParameterizedTest
  @CsvSource({
    "exact, linear-solve=cg, 1e-8",
    "exact, linear-solve=riccati, 1e-8",
    "smoothed, smoothing=1e-10, 1e-3",
    "truncated, steps=2, 1e-5",
    "unroll, steps=1, 1e-5",
    "dlm, perturbation=1e-5, 1e-4"
  })
  void everyAdjointAgreesOnThePlanningNetwork(String adjoint, String setting, double tolerance) {
    JsonNode found =
        solve("tdmpc_tiny", "--start=warm", "--adjoint=" + adjoint, "--set=adjoint." + setting);
    assertClose(truth("tdmpc_tiny", "grad/obs"), found.get("grad").get("obs"), tolerance, "obs");
    for (String block : List.of("dynamics/2/weight", "reward/0/bias", "q1/1/weight")) {
      double[] g = truth("tdmpc_tiny", "grad/" + block);
      double norm = Math.sqrt(java.util.Arrays.stream(g).map(v -> v * v).sum());
      assertEquals(norm, numbers(found.get("gradnorm").get(block))[0], tolerance * norm, block);
    }
  }

  /** The two critics tie at the optimum: checked by differences of re-solved problems. */
  @ParameterizedTest
  @ValueSource(strings = {"gauss-newton", "lbfgs"})
  void theGradientAtAKinkAgreesWithDifferences(String solver, @TempDir Path folder)
      throws IOException {
    String[] settings = {"--solver", solver, "--set", "value=min", "--set", "rho=0.05"};
    JsonNode found = solve("tdmpc_tiny", settings);
    assertEquals("converged", found.get("status").asText());
    JsonNode diagnostics = found.get("gradient");
    assertTrue(diagnostics.get("tied").asBoolean(), found::toString);
    assertTrue(diagnostics.get("saturated").asDouble() < 1, found::toString);
    double[] obs;
    try (H5File file = H5File.open(problem("tdmpc_tiny"));
        H5Dataset data = file.dataset("obs")) {
      obs = data.readDoubles(H5Slab.all());
    }
    double[] gradient = numbers(found.get("grad").get("obs"));
    double scale = java.util.Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
    double h = 1e-6;
    for (int i = 0; i < obs.length; i++) {
      double difference = 0;
      for (int sign = -1; sign <= 1; sign += 2) {
        double[] moved = obs.clone();
        moved[i] += sign * h;
        double[] plan = numbers(found.get("u"));
        Path file =
            copy(
                folder,
                in -> {
                  rewrite(in, "obs", moved, moved.length);
                  rewrite(in, "warm_action", plan, 3, 2);
                });
        difference += sign * lossFrom(file, settings) / (2 * h);
        Files.delete(file);
      }
      assertEquals(difference, gradient[i], 1e-3 * scale, "obs " + i);
    }
  }

  private static double lossFrom(Path file, String... settings) {
    List<Object> words = new ArrayList<>(List.of("solve", file, "--json", "--start", "warm"));
    words.addAll(List.of(settings));
    JsonNode instance = Run.of(words.toArray()).good().json().get("instances").get(0);
    assertEquals("converged", instance.get("status").asText());
    return instance.get("loss").asDouble();
  }

  @Test
  void startsWhereItIsTold() {
    JsonNode base = solve("tdmpc_tiny", "--set", "max-iterations=0");
    assertEquals(
        base.get("u"), solve("tdmpc_tiny", "--set", "max-iterations=0", "--start=base").get("u"));
    JsonNode zero = solve("tdmpc_tiny", "--set", "max-iterations=0", "--start", "zero");
    assertClose(new double[6], zero.get("u"), 0, "actions at the start");
    assertNotEquals(base.get("u"), zero.get("u"));
    JsonNode near = solve("tdmpc_tiny", "--set", "max-iterations=0", "--start", "warm");
    assertNotEquals(base.get("u"), near.get("u"));
    JsonNode zeros = solve("imitation_tiny", "--set", "max-iterations=0");
    assertClose(new double[20], zeros.get("u"), 0, "the base policy's actions");
    JsonNode warm = solve("imitation_tiny", "--set", "max-iterations=0", "--start=warm");
    assertNotEquals(zeros.get("u"), warm.get("u"));
  }

  @ParameterizedTest
  @CsvSource({
    "tdmpc_tiny, value=max, mean",
    "tdmpc_tiny, rho=-1, at least 0",
    "tdmpc_tiny, rho=much, much",
    "imitation_tiny, rho=1, imitation",
    "imitation_tiny, value=min, no such setting"
  })
  void refusesASettingThatTheProblemHasNot(String name, String setting, String word) {
    Run.of("solve", problem(name), "--set", setting).bad(2, word);
  }

  @Test
  void aTableOfEverySampleIsPrinted() {
    String text = Run.of("solve", problem("imitation_tiny")).good().out();
    assertTrue(text.contains("   4  converged") && text.contains("loss"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reward/2/weight", "obs", "loss_w", "gamma", "policy/4/bias"})
  void namesWhatIsMissing(String path, @TempDir Path folder) throws IOException {
    Path odd = copy(folder, file -> file.remove(path));
    Run.of("solve", odd).bad(3, "odd.h5", path);
  }

  @Test
  void refusesAStartThatTheFileHasNot(@TempDir Path folder) throws IOException {
    Path odd = copy(folder, file -> file.remove("warm_action"));
    Run.of("solve", odd, "--start=warm").bad(2, "warm_action");
  }

  private static Path copy(Path folder, Consumer<H5File> change) throws IOException {
    Path odd = folder.resolve("odd.h5");
    Files.copy(problem("tdmpc_tiny"), odd);
    try (H5File file = H5File.edit(odd)) {
      change.accept(file);
      file.commit();
    }
    return odd;
  }

  @Test
  void refusesABadFile(@TempDir Path folder) throws IOException {
    Path odd = folder.resolve("odd.h5");
    Files.writeString(odd, "no such thing");
    Run.of("solve", odd).bad(3, "odd.h5");
    Files.delete(odd);
    Run.of("solve", odd).bad(3, "odd.h5");
    copy(folder, file -> file.setAttribute("problem", "chess"));
    Run.of("solve", odd).bad(3, "chess", "tdmpc-plan");
  }

  static Map<String, Consumer<H5File>> faults() {
    return Map.of(
        "layernorm", file -> file.group("q1/1").setAttribute("kind", "elu"),
        "loss_w", file -> rewrite(file, "loss_w", new double[] {1, 2}, 2),
        "finite", file -> rewrite(file, "gamma", new double[] {Double.NaN}, 1),
        "weight", file -> rewrite(file, "q2/3/weight", new double[] {1, 2}, 1, 2));
  }

  private static void rewrite(H5File file, String path, double[] values, long... shape) {
    file.remove(path);
    file.write(path, values, shape);
  }

  @ParameterizedTest
  @ValueSource(strings = {"layernorm", "loss_w", "finite", "weight"})
  void refusesWhatDoesNotFit(String fault, @TempDir Path folder) throws IOException {
    Path odd = copy(folder, faults().get(fault));
    Run.of("solve", odd).bad(3, fault);
  }
}
