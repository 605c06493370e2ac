package dev.difftop.app.cli.bench;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code bench}: its rows, its options, what it refuses. */
final class BenchCommandTest {
  @Test
  void measuresTheCasesOfTheEngine() {
    JsonNode answer =
        Run.of("bench", "engine", "--case", "B=1", "--seconds", "0", "--json").good().json();
    assertEquals("engine", answer.get("name").asText());
    assertEquals(1, answer.get("threads").asInt());
    List<String> names = new ArrayList<>();
    for (JsonNode row : answer.get("cases")) {
      names.add(row.get("case").asText());
      assertTrue(row.get("median_ms").asDouble() > 0, row::toString);
      assertTrue(row.get("min_ms").asDouble() <= row.get("median_ms").asDouble(), row::toString);
      assertEquals(7, row.get("n").asInt(), "--seconds 0: the fewest runs");
      assertTrue(row.get("memory_bytes").asLong() > 0, row::toString);
    }
    assertEquals(
        List.of(
            "plan value+gradient B=1",
            "plan HVP B=1",
            "linear 512 forward B=1",
            "linear 512 forward+backward B=1"),
        names);
  }

  @Test
  void productsAndPrecisionSetTheEngine() {
    assertTrue(operations("--products", "openblas").endsWith("[openblas]"));
    String mixed = operations("--precision", "mixed");
    assertTrue(mixed.endsWith("[onednn, bfloat16 with float32 sums]") || !hasHalf(), mixed);
    Run.of("bench", "engine", "--products", "blas").bad(2, "blas", "openblas");
  }

  private static boolean hasHalf() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo")).contains("avx512_bf16");
    } catch (IOException e) {
      return false;
    }
  }

  /** The product of a linear layer as the profile lists it. */
  private static String operations(String option, String value) {
    JsonNode answer =
        Run.of(
                "bench",
                "engine",
                "--case",
                "linear 512 forward B=32",
                "--seconds",
                "0",
                "--profile",
                "--json",
                option,
                value)
            .good()
            .json();
    assertEquals(option.substring(2) + "=" + value, answer.get("engine").get(0).asText());
    for (JsonNode step : answer.get("cases").get(0).get("profile")) {
      if (step.get("operation").asText().startsWith("product")) {
        return step.get("operation").asText();
      }
    }
    throw new AssertionError(answer);
  }

  @Test
  void measuresSolversOnProblemsThatOthersCanDraw() {
    JsonNode answer =
        Run.of("bench", "solvers", "--case", "B=1", "--seconds", "0", "--json").good().json();
    Map<String, JsonNode> rows = new LinkedHashMap<>();
    answer.get("cases").forEach(row -> rows.put(row.get("case").asText(), row));
    // Planning with networks has tests of its own.
    rows.keySet().removeIf(name -> name.startsWith("tdmpc") || name.startsWith("imitation"));
    assertEquals(
        Set.of("lqr B=1 solve", "lqr B=1 solve+grad", "pendulum B=1", "cartpole B=1"),
        rows.keySet());
    for (JsonNode row : rows.values()) {
      assertEquals(1, row.get("converged").asInt(), row::toString);
      assertTrue(row.get("stationarity").asDouble() <= 1e-8, row::toString);
    }
    assertEquals(1, rows.get("lqr B=1 solve").get("iterations").asInt(), "exact in one iteration");
    // What other programs find for the same problems.
    assertEquals(9.21353333375, rows.get("lqr B=1 solve").get("cost").asDouble(), 1e-9);
    assertEquals(38.90889614965, rows.get("pendulum B=1").get("cost").asDouble(), 1e-9);
  }

  @Test
  void measuresEnvironmentsBesideMujocoInC() {
    JsonNode answer =
        Run.of("bench", "env", "--case", "cartpole", "--seconds", "0", "--json").good().json();
    List<String> names = new ArrayList<>();
    for (JsonNode row : answer.get("cases")) {
      names.add(row.get("case").asText());
      assertTrue(row.get("median_ms").asDouble() > 0, row::toString);
    }
    assertEquals(
        List.of(
            "mj_step cartpole",
            "raw mj_step cartpole",
            "vector cartpole",
            "fd cartpole",
            "raw fd cartpole",
            "render cartpole-swingup",
            "raw render cartpole-swingup",
            "ilqr cartpole-swingup H=200"),
        names);
    for (int i : new int[] {0, 2}) {
      // Not a byte per step.
      JsonNode stepping = answer.get("cases").get(i);
      long allocated = stepping.get("allocated_bytes").asLong();
      assertTrue(allocated < stepping.get("steps").asLong(), stepping::toString);
    }
    JsonNode planned = answer.get("cases").get(names.size() - 1);
    double share = planned.get("simulator_share").asDouble();
    assertTrue(share > 0 && share < 1, planned::toString);
    assertEquals("CONVERGED", planned.get("status").asText());
    assertEquals(
        answer.get("cases").get(0).get("steps").asInt(),
        answer.get("cases").get(1).get("steps").asInt());
  }

  @Test
  void measuresPlanningWithNetworks() {
    JsonNode rows =
        Run.of("bench", "solvers", "--case", "tdmpc", "--seconds", "0", "--json")
            .good()
            .json()
            .get("cases");
    List<String> names = new ArrayList<>();
    for (JsonNode row : rows) {
      names.add(row.get("case").asText());
      assertEquals(1, row.get("converged").asInt(), row::toString);
      assertTrue(row.get("stationarity").asDouble() <= 1e-3, row::toString);
      assertTrue(row.get("iterations").asInt() > 0, row::toString);
      assertTrue(row.get("G").asDouble() >= 7.56, row::toString);
      assertEquals(5, row.get("actions").size());
    }
    assertEquals(
        List.of("tdmpc-plan B=1 solve", "tdmpc-plan B=1 warm", "tdmpc-plan B=1 solve+grad"), names);
    assertNotEquals(rows.get(0).get("actions"), rows.get(1).get("actions"));
    assertEquals(rows.get(0).get("actions"), rows.get(2).get("actions"));
  }

  @Test
  void measuresABatchThatImitates() {
    JsonNode row =
        Run.of("bench", "solvers", "--case", "imitation", "--seconds", "0", "--json")
            .good()
            .json()
            .get("cases")
            .get(0);
    assertEquals("imitation B=128 solve+grad", row.get("case").asText());
    assertEquals(128, row.get("converged").asInt(), row::toString);
    assertTrue(row.get("stationarity").asDouble() <= 1e-4, row::toString);
  }

  @Test
  void measuresLongerAndOnMoreThreadsIfAsked() {
    JsonNode answer =
        Run.of("bench", "engine", "--case=forward B=1", "--seconds=0.2", "--threads=2", "--json")
            .good()
            .json();
    assertEquals(2, answer.get("threads").asInt());
    assertEquals(1, answer.get("cases").size());
    assertTrue(answer.get("cases").get(0).get("n").asInt() > 7, answer::toString);
  }

  @Test
  void showsATable() {
    Run run = Run.of("bench", "engine", "--case", "forward B=1", "--seconds", "0").good();
    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(0).startsWith("CASE"), run::toString);
    assertTrue(lines.get(1).startsWith("linear 512 forward B=1"), run::toString);
  }

  @Test
  void saysWhereTheTimeGoes() {
    String[] command = {"bench", "engine", "--case=HVP B=1", "--seconds=0", "--profile", "--json"};
    JsonNode row = Run.of((Object[]) command).good().json().get("cases").get(0);
    long operations = 0;
    for (JsonNode step : row.get("profile")) {
      assertTrue(step.get("us").asDouble() >= 0, step::toString);
      operations += step.get("operations").asLong();
    }
    assertEquals(row.get("operations").asLong(), operations);
    Run plain = Run.of("bench", "engine", "--case=HVP B=1", "--seconds=0", "--profile").good();
    assertTrue(plain.err().contains("GFLOP/s"), plain::toString);
    Run without = Run.of("bench", "engine", "--case=HVP B=1", "--seconds=0").good();
    assertFalse(without.err().contains("GFLOP/s"), without::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bench motor | found motor, expected one of [data, engine, env, solvers]",
        "bench engine --threads 0 | --threads: found 0, expected 1 to 256",
        "bench engine --threads 257 | --threads: found 257, expected 1 to 256",
        "bench engine --threads two | two",
        "bench engine --seconds -1 | --seconds: found -1.0, expected 0 to 3600",
        "bench engine --seconds NaN | --seconds: found NaN",
        "bench engine --case B=3000 | plan HVP B=256",
        "bench | NAME"
      })
  void refusesWhatItCannotMeasure(String line, String said) {
    Run.of((Object[]) line.split(" ")).bad(2, said);
  }
}
