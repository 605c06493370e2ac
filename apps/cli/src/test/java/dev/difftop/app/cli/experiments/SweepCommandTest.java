package dev.difftop.app.cli.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of runs of a few steps, in real processes. */
final class SweepCommandTest {
  private static final Path DEMONSTRATIONS =
      Path.of("../../examples/data/cartpole-swingup.hdf5").toAbsolutePath().normalize();
  private static final long PATIENCE_SECONDS = 400;

  private static final String BASE =
      """
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 20}
      dataset: {plugin: robomimic, path: %s}
      learner: {plugin: behavior-cloning, hidden: [4], batch: 8, validation: 0}
      run: {budget: 6000, log-every: 1000, evaluate-every: 6000, evaluation-episodes: 1, checkpoint-every: 500}
      """;
  private static final String SWEEP =
      """
      base: base.yaml
      sweep:
        product: {learner.batch: [8, 4]}
        seeds: [1, 2]
      """;

  @TempDir Path temp;
  private Path spec;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(temp.resolve("base.yaml"), BASE.formatted(DEMONSTRATIONS));
    spec = Files.writeString(temp.resolve("sweep.yaml"), SWEEP);
  }

  private JsonNode dryRun(int status) {
    Run run = Run.of("sweep", spec, "--dry-run", "--json");
    assertEquals(status, run.status(), run::toString);
    return run.json();
  }

  @Test
  void aDryRunListsEveryRunResolved() throws IOException {
    JsonNode plan = dryRun(0);
    assertEquals(4, plan.get("count").asInt());
    JsonNode last = plan.get("runs").get(3);
    assertEquals("learner.batch=4", last.get("case").asText());
    assertEquals(4, last.at("/config/learner/batch").asInt());
    assertEquals(2, last.at("/config/run/seed").asInt());
    assertTrue(last.get("name").asText().startsWith("4-seed2-"), last::toString);
    assertEquals(0, plan.get("refused").size());
    assertFalse(Files.exists(temp.resolve("runs")));
  }

  @Test
  void theHashIsOfWhatDecidesTheResult() throws IOException {
    String hash = dryRun(0).at("/runs/0/hash").asText();
    assertEquals(
        hash,
        Run.of("sweep", spec, "--dry-run", "--json", "--threads-per-run", 2)
            .json()
            .at("/runs/0/hash")
            .asText());
    Path moved = temp.resolve("moved.hdf5");
    Files.copy(DEMONSTRATIONS, moved);
    Files.writeString(temp.resolve("base.yaml"), BASE.formatted(moved));
    assertEquals(hash, dryRun(0).at("/runs/0/hash").asText(), "where a file lies does not count");
    Files.writeString(
        temp.resolve("base.yaml"), BASE.formatted(moved).replace("budget: 6000", "budget: 6001"));
    assertNotEquals(hash, dryRun(0).at("/runs/0/hash").asText());
  }

  @Test
  void impossibleCombinationsAreRefusedAtOnceOrLeftOutByName() throws IOException {
    String text =
        SWEEP.replace(
            "seeds: [1, 2]",
            "cases: [{name: a, learner.batsh: 1}, {name: b, policy.solver: ilqg}]");
    Files.writeString(spec, text);
    JsonNode plan = dryRun(2);
    assertEquals(2, plan.get("count").asInt());
    assertEquals("a", plan.at("/refused/0/case").asText());
    assertTrue(plan.at("/refused/1/reason").asText().contains("ilqg"), plan::toString);
    Run.of("sweep", spec, "--out", temp.resolve("out")).bad(2, "batsh", "ilqg");
    assertFalse(Files.exists(temp.resolve("out")));
    Files.writeString(spec, text + "  on-invalid: skip\n");
    assertEquals(2, dryRun(0).get("refused").size());
  }

  @Test
  void optionsAreChecked() {
    Run.of("sweep", spec, "--on-failure", "never").bad(2, "--on-failure", "retry: n");
    Run.of("sweep", spec, "--time-limit", "soon").bad(2, "--time-limit", "90s");
    Run.of("sweep", spec, "--executor", "cloud", "--out", temp.resolve("o")).bad(2);
    Run.of("sweep", temp.resolve("none.yaml")).bad(2, "there is no such file");
  }

  private Path launcher() throws IOException {
    Path launcher = temp.resolve("difftop");
    String script =
        "#!/bin/sh\nexec '%s/bin/java' -Xmx512m $DIFFTOP_OPTS --module-path '%s' --class-path '%s' --module dev.difftop.app.cli/dev.difftop.app.cli.Main \"$@\"\n"
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("jdk.module.path"),
                System.getProperty("java.class.path"));
    Files.writeString(launcher, script);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return launcher;
  }

  /** Starts a sweep in a process of its own, so that it can be killed. */
  private Process sweep(Path out, Path launcher) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                launcher.toString(),
                "sweep",
                spec.toString(),
                "--out",
                out.toString(),
                "--jobs",
                "2")
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("said.txt").toFile());
    builder.environment().put("DIFFTOP_OPTS", "-Ddifftop.launcher=" + launcher);
    return builder.start();
  }

  /** The rest of a sweep, in this process; its runs have processes of their own. */
  private Run rest(Path out) {
    return Run.of("sweep", spec, "--out", out, "--jobs", "2", "--json").good();
  }

  private static boolean anyCheckpoint(Path sweep) throws IOException {
    if (!Files.exists(sweep.resolve("runs"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(sweep.resolve("runs"), 2)) {
      return files.anyMatch(f -> f.getFileName().toString().startsWith("checkpoint"));
    } catch (UncheckedIOException e) {
      return false; // A file was renamed while this looked.
    }
  }

  /** A power cut: the sweep and its runs at once, as soon as a run has a checkpoint. */
  private void killInTheMiddle(Path out, Path launcher) throws Exception {
    Process sweep = sweep(out, launcher);
    try {
      for (long i = 0; i < PATIENCE_SECONDS * 100 && !anyCheckpoint(out); i++) {
        assertTrue(sweep.isAlive(), () -> read("said.txt"));
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } finally {
      List<ProcessHandle> all = sweep.descendants().toList();
      sweep.destroyForcibly().waitFor();
      all.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle one : all) {
        one.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }
    assertTrue(anyCheckpoint(out));
  }

  private static long started(Path sweep) throws IOException {
    return Files.readAllLines(sweep.resolve("ledger.jsonl")).stream()
        .filter(line -> line.contains("\"started\""))
        .count();
  }

  /** Rows of the table without the seconds, which no two sweeps share. */
  private static List<String> table(Path sweep) throws IOException {
    Run.of("report", sweep).good();
    return Files.readAllLines(sweep.resolve("table.csv")).stream()
        .map(row -> row.substring(0, row.lastIndexOf(',')))
        .toList();
  }

  /** Trains the configurations of a sweep without one, and without interruption. */
  private Path uninterrupted(Path sweep) throws IOException {
    Path whole = temp.resolve("whole");
    try (Stream<Path> configs = Files.list(sweep.resolve("configs"))) {
      for (Path config : configs.sorted().toList()) {
        Run.of("train", config, "--out", whole.resolve(config.getFileName())).good();
      }
    }
    return whole;
  }

  @Test
  void aKilledSweepEndsWithTheTableOfUninterruptedRuns() throws Exception {
    Files.writeString(spec, "base: base.yaml\nsweep: {seeds: [1]}\n");
    Path launcher = launcher();
    System.setProperty("difftop.launcher", launcher.toString());
    try {
      Path killed = temp.resolve("killed");
      killInTheMiddle(killed, launcher);

      // The run resumes, an added seed begins.
      Files.writeString(spec, "base: base.yaml\nsweep: {seeds: [1, 2]}\n");
      assertEquals(2, rest(killed).json().get("finished").asInt());
      assertEquals(3, started(killed));
      assertEquals(table(uninterrupted(killed)), table(killed));

      // Nothing is missing: nothing starts.
      rest(killed);
      assertEquals(3, started(killed));
    } finally {
      System.clearProperty("difftop.launcher");
    }
  }

  private String read(String file) {
    try {
      return Files.readString(temp.resolve(file));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
