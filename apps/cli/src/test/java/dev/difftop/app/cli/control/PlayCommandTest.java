package dev.difftop.app.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Child;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code play}: planners act, and say how it went. */
final class PlayCommandTest {
  private static final Path ACROBOT = Path.of("../../examples/acrobot/balance.yaml");

  @TempDir Path folder;

  private static JsonNode play(Object... arguments) {
    Object[] all = new Object[arguments.length + 2];
    all[0] = "play";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 1] = "--json";
    return Run.of(all).good().json();
  }

  /** Mean reward of the last steps. */
  private static double late(JsonNode report, int steps) {
    JsonNode rewards = report.get("rewards");
    return IntStream.range(rewards.size() - steps, rewards.size())
        .mapToDouble(i -> rewards.get(i).asDouble())
        .average()
        .orElseThrow();
  }

  @Test
  void thePendulumSwingsUpFromHangingOnItsTruePhysics() throws IOException {
    // Its motor is a fifth of what would lift it: with all of its energy it takes 7 s.
    Path out = folder.resolve("new/run");
    JsonNode report =
        play(
            "pendulum-swingup",
            "solver=ilqr",
            "dynamics=mujoco",
            "start=[3.14159, 0]",
            "--steps=250",
            "--out",
            out);
    assertEquals("pendulum-swingup", report.get("task").asText());
    assertEquals(250, report.get("steps").asInt());
    assertEquals(250, report.get("plans").asInt());
    assertEquals(250, report.get("rewards").size());
    assertEquals(40, report.get("step_ms").asDouble(), 1e-9);
    // A step is two control steps: upright it earns 2.
    assertEquals(2, late(report, 50), 1e-9);
    assertTrue(report.get("converged").asDouble() > 0.5, report::toString);
    assertTrue(report.at("/plan_ms/median").asDouble() > 0);
    assertTrue(Files.readString(out.resolve("report.json")).contains("\"return\""));
    assertTrue(Files.readString(out.resolve("config.yaml")).contains("max-iterations: 20"));
    byte[] video = Files.readAllBytes(out.resolve("rollout.gif"));
    assertEquals("GIF89a", new String(video, 0, 6, StandardCharsets.US_ASCII));
    assertTrue(video.length < 1 << 20, "the video has " + video.length + " bytes");
  }

  @Test
  void theCartSwingsItsPoleUp() {
    JsonNode report = play("cartpole-swingup", "start=[0, 3.14159, 0, 0]", "--steps=100");
    assertTrue(late(report, 5) > 0.95 * 2, report::toString);
  }

  @Test
  void theCheetahRuns() {
    JsonNode report = play("cheetah-run", "--steps=70");
    // A reward of 1 is 10 m/s; a step earns it twice.
    assertTrue(late(report, 15) > 2 * 0.35, report::toString);
  }

  @Test
  void theWalkerSetsOffFromStanding() {
    String standing = "start=[" + "0,".repeat(17) + "0]";
    JsonNode report = play("walker-walk", standing, "--steps=16");
    // 1 is upright at 1 m/s.
    assertTrue(late(report, 3) > 0.9, report::toString);
  }

  /** What ilqr needs of features that are no numbers of the state is their Jacobian alone. */
  @Test
  void placesOfThingsArePlannedWith() {
    JsonNode report =
        play(
            "pendulum-swingup",
            "cost.terms=[{of: 'geom:mass[2]', target: 1.1, weight: 4}, {of: 'geom:mass[0]',"
                + " weight: 0.8}, {of: 'qvel:hinge', weight: 0.02}]",
            "start=[3.14159, 0]",
            "--steps=250");
    assertEquals(2, late(report, 50), 1e-9);
  }

  @Test
  void gainsHoldTheAcrobotUnderNoiseAndWithoutThemItFalls() {
    JsonNode held = play(ACROBOT, "--steps=200");
    assertEquals("acrobot-balance", held.get("task").asText());
    assertEquals(2, held.get("plans").asInt());
    assertTrue(held.get("return").asDouble() > 0.99 * 200, held::toString);
    JsonNode fallen = play(ACROBOT, "--steps=200", "planner.feedback=false");
    assertTrue(late(fallen, 20) < 0.5, fallen::toString);
  }

  @Test
  void deadlinesCutPlansShort() {
    JsonNode free = play("cartpole-swingup", "--steps=5", "planner.deadline-ms=1e6");
    assertEquals(0, free.get("deadline_misses").asInt());
    assertEquals(0, free.get("deadline_cuts").asInt());
    assertEquals(0, free.get("steps_on_older_plans").asInt());
    JsonNode hurried = play("cartpole-swingup", "--steps=5", "planner.deadline-ms=0.001");
    assertEquals(0.001, hurried.get("deadline_ms").asDouble());
    // The first plan is waited for; the second is so late that the first goes on to the end.
    assertEquals(2, hurried.get("plans").asInt());
    assertEquals(2, hurried.get("deadline_misses").asInt());
    assertEquals(2, hurried.get("deadline_cuts").asInt());
    assertEquals(4, hurried.get("steps_on_older_plans").asInt());
    assertEquals(0, hurried.get("converged").asDouble());
  }

  @Test
  void everySettingChangesSomething() {
    Object[] common = {"cartpole-swingup", "--steps=6", "horizon=20", "solver.max-iterations=2"};
    double plain = changed(common, "seed=0").get("return").asDouble();
    assertEquals(plain, changed(common, "planner.first-guess=0.1").get("return").asDouble());
    for (String other :
        new String[] {
          "planner.first-guess=0.9", "planner.warm-up=3", "noise=0.5", "seed=1", "start=[0,2,0,0]"
        }) {
      assertNotEquals(plain, changed(common, other).get("return").asDouble(), other);
    }
    JsonNode rare = changed(common, "planner.replan-every=4");
    assertEquals(2, rare.get("plans").asInt());
    assertEquals(6, rare.get("steps").asInt());
  }

  private static JsonNode changed(Object[] common, String how) {
    Object[] all = java.util.Arrays.copyOf(common, common.length + 1);
    all[common.length] = how;
    return play(all);
  }

  @Test
  void anotherSolverReplacesAllItsSettings() {
    Run run = Run.of("play", "pendulum-swingup", "--steps=2", "solver=gauss-newton");
    run.bad(2, "second derivatives");
    Run named = Run.of("play", "pendulum-swingup", "--steps=2", "solver=ilqr", "horizon=3").good();
    assertFalse(named.err().contains("dropped"), named::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cheetah-run", "cartpole-balance", "walker-walk"})
  void theReadyPlannersRun(String task) {
    assertEquals(1, play(task, "--steps=1", "horizon=3").get("steps").asInt());
  }

  @Test
  void theReadyPlannersDemonstrate() {
    Path file = folder.resolve("demonstrations.hdf5");
    JsonNode answer =
        Run.of(
                "collect",
                "cartpole-balance",
                "--out",
                file,
                "--json",
                "environment.episode-control-steps=20",
                "collection.episodes=2",
                "planner.replan-every=5",
                "horizon=10")
            .good()
            .json();
    assertEquals(2, answer.get("episodes").asInt());
    // 10 steps of an episode, 5 of a plan.
    assertEquals(4, answer.get("plans").asInt());
    JsonNode read = Run.of("dataset", "check", file, "--json").good().json();
    assertEquals(20, read.get("total_samples").asInt());
  }

  @Test
  void writesNothingUnlessAsked() throws IOException {
    Run.of("play", "cartpole-balance", "--steps=1", "horizon=3").good();
    try (var files = Files.list(folder)) {
      assertFalse(files.findAny().isPresent());
    }
  }

  @Test
  void badUseIsRefused() throws IOException {
    Run.of("play", "walker-wal").bad(2, "no planner comes along for \"walker-wal\"", "cheetah-run");
    Run.of("play").bad(2, "TASK");
    Run.of("play", "pendulum-swingup", "--steps=0").bad(2, "--steps");
    Run.of("play", "pendulum-swingup", "horizn=3").bad(2, "did you mean horizon?");
    Run.of("play", "pendulum-swingup", "horizon=0").bad(2, "horizon: found 0, expected at least 1");
    Run.of("play", "pendulum-swingup", "planner.deadline-ms=-1").bad(2, "planner.deadline-ms");
    Run.of("play", "pendulum-swingup", "start=[1]", "--steps=1").bad(2, "length 1, expected 2");
    Run.of("play", "cartpole-swingup", "start=[2.5, 0, 0, 0]", "--steps=1")
        .bad(2, "start: ", "state[0], joint \"slider\": found 2.5", "-1.80000 to 1.80000 metres");
    Run.of("play", "pendulum-swingup", "start=[1, .nan]", "--steps=1").bad(2, "start[1]", ".nan");
    Run.of("play", "pendulum-swingup", "dynamics=cart").bad(2, "no dynamics named \"cart\"");
    Run.of("play", "pendulum-swingup", "dynamics.task=cartpole-balance", "--steps=1")
        .bad(2, "state");
    Run.of("play", "none.yaml").bad(2, "there is no such file");
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    Run.of("play", "pendulum-swingup", "--steps=1", "--out", file.resolve("x")).bad(4, "file");
  }

  @Test
  void reportsWhatItHasWhenItIsInterrupted() throws IOException, InterruptedException {
    Path out = folder.resolve("run");
    try (Child child =
        new Child(
            folder, "play", "cartpole-balance", "--out", out, "--json", "solver.tolerance=1e-12")) {
      child.awaitError(said -> said.contains("step 1/"));
      child.interrupt();
      Run ended = child.end();
      assertEquals(Child.TERMINATED, ended.status(), ended::toString);
      int steps = ended.json().get("steps").asInt();
      assertTrue(steps >= 1 && steps < 500, ended::toString);
      assertTrue(Files.exists(out.resolve("rollout.gif")));
    }
  }

  @Test
  void aPlanOnPhysicsThatFailsIsReportedWithWhatThereIs() throws IOException {
    Path out = folder.resolve("failed");
    Object[] failing = {
      "play", "pendulum-swingup", "start=[0, 1e12]", "--steps=1", "horizon=3", "--out", out
    };
    Run run = Run.of(failing).bad(4, "step 0: plan 1 has a cost of NaN");
    assertTrue(run.out().contains("steps: 0"), run::toString);
    String report = Files.readString(out.resolve("report.json"));
    assertTrue(report.contains("\"failure\":\"step 0: plan 1"), report);
    assertTrue(
        Files.exists(out.resolve("rollout.gif")) && Files.exists(out.resolve("config.yaml")));
  }

  @Test
  void filesOfAnEarlierRunAreKept() throws IOException {
    Path out = folder.resolve("twice");
    Object[] once = {"play", "pendulum-swingup", "--steps=1", "horizon=3", "--out", out};
    Run.of(once).good();
    byte[] kept = Files.readAllBytes(out.resolve("report.json"));
    Object[] again = {"play", "pendulum-swingup", "--steps=2", "horizon=3", "--out", out};
    Run.of(again).bad(2, "config.yaml exists already", "--overwrite");
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        kept, Files.readAllBytes(out.resolve("report.json")));
    Run.of("play", "pendulum-swingup", "--steps=2", "horizon=3", "--out", out, "--overwrite")
        .good();
    assertTrue(Files.readString(out.resolve("report.json")).contains("\"steps\":2"));
  }
}
