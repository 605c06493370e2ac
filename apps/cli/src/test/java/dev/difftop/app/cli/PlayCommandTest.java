package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code play}: planners act, and say how it went. */
final class PlayCommandTest {
  @TempDir Path folder;

  @Test
  void thePendulumSwingsUpOnItsTruePhysics() throws IOException {
    Path out = folder.resolve("run");
    JsonNode report =
        Run.of(
                "play",
                "pendulum-swingup",
                "solver=ilqr",
                "dynamics=mujoco",
                "start=[3.14159, 0]",
                "--steps=100",
                "--json",
                "--out",
                out)
            .good()
            .json();
    assertEquals("pendulum-swingup", report.get("task").asText());
    assertEquals(100, report.get("steps").asInt());
    assertEquals(100, report.get("plans").asInt());
    assertEquals(100, report.get("rewards").size());
    // A step is two control steps: upright it earns 2.
    assertEquals(2, report.get("last_reward").asDouble());
    assertTrue(report.get("converged").asDouble() > 0.3, report::toString);
    assertTrue(report.at("/plan_ms/median").asDouble() > 0);
    assertTrue(Files.size(out.resolve("report.json")) > 100);
    assertTrue(Files.readString(out.resolve("config.yaml")).contains("max-iterations: 20"));
  }

  @Test
  void deadlinesCutPlansShort() {
    JsonNode free = Run.of("play", "cartpole-swingup", "--steps=5", "--json").good().json();
    assertEquals(0, free.get("deadline_misses").asInt());
    JsonNode hurried =
        Run.of("play", "cartpole-swingup", "--steps=5", "--json", "deadline-ms=0.001")
            .good()
            .json();
    assertEquals(5, hurried.get("deadline_misses").asInt());
    assertEquals(0, hurried.get("converged").asDouble());
  }

  @Test
  void gainsHoldAPlanUnderNoise() {
    String[] common = {
      "play", "cartpole-balance", "--steps=45", "--json", "noise=0.3", "replan-every=45"
    };
    JsonNode held = Run.of((Object[]) common).good().json();
    assertEquals(1, held.get("plans").asInt());
    assertTrue(held.get("return").asDouble() > 0.9 * 2 * 45, held::toString);
  }

  @Test
  void aTaskOfOnesOwnNeedsNoJava() throws IOException {
    Path example = Path.of("../../examples/acrobot/balance.yaml");
    JsonNode report =
        Run.of("play", example, "--steps=100", "--json", "solver.max-iterations=5").good().json();
    assertEquals("acrobot-balance", report.get("task").asText());
    assertTrue(report.get("return").asDouble() > 95, report::toString);
  }

  @Test
  void anotherSolverReplacesAllItsSettings() {
    Run run = Run.of("play", "pendulum-swingup", "--steps=2", "solver=gauss-newton");
    run.bad(2, "second derivatives");
    Run.of("play", "pendulum-swingup", "--steps=2", "horizon=3", "solver.max-iterations=1").good();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cheetah-run", "cartpole-balance"})
  void theReadyPlannersRun(String task) {
    JsonNode report = Run.of("play", task, "--steps=1", "horizon=3", "--json").good().json();
    assertEquals(1, report.get("steps").asInt());
  }

  @Test
  void writesNothingUnlessAsked() throws IOException {
    Run.of("play", "cartpole-balance", "--steps=1", "horizon=3").good();
    try (var files = Files.list(folder)) {
      assertFalse(files.findAny().isPresent());
    }
  }

  @Test
  void badUseIsRefused() {
    Run.of("play", "walker-walk")
        .bad(2, "no planner comes along for \"walker-walk\"", "cheetah-run");
    Run.of("play", "pendulum-swingup", "--steps=0").bad(2, "--steps");
    Run.of("play", "pendulum-swingup", "horizn=3").bad(2, "did you mean horizon?");
    Run.of("play", "pendulum-swingup", "start=[1]", "--steps=1").bad(2, "length 1, expected 2");
    Run.of("play", "none.yaml").bad(2, "there is no such file");
  }
}
