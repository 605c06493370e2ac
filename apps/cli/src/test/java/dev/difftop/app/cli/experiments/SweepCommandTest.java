package dev.difftop.app.cli.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
      run: {budget: 600, log-every: 50, evaluate-every: 300, evaluation-episodes: 1, checkpoint-every: 100}
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
    assertEquals(hash, Run.of("sweep", spec, "--dry-run", "--json", "--threads-per-run", 2).json().at("/runs/0/hash").asText());
    Path moved = temp.resolve("moved.hdf5");
    Files.copy(DEMONSTRATIONS, moved);
    Files.writeString(temp.resolve("base.yaml"), BASE.formatted(moved));
    assertEquals(hash, dryRun(0).at("/runs/0/hash").asText(), "where a file lies does not count");
    Files.writeString(temp.resolve("base.yaml"), BASE.formatted(moved).replace("budget: 600", "budget: 601"));
    assertNotEquals(hash, dryRun(0).at("/runs/0/hash").asText());
  }

  @Test
  void impossibleCombinationsAreRefusedAtOnceOrLeftOutByName() throws IOException {
    String text = SWEEP.replace("seeds: [1, 2]", "cases: [{name: a, learner.batsh: 1}, {name: b, policy.solver: ilqg}]");
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

  private Process sweep(Path out, Path launcher) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                launcher.toString(), "sweep", spec.toString(), "--out", out.toString(), "--jobs", "2", "--json")
            .redirectOutput(temp.resolve("out.json").toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(temp.resolve("err.txt").toFile()));
    builder.environment().put("DIFFTOP_OPTS", "-Ddifftop.launcher=" + launcher);
    return builder.start();
  }

  private int end(Process process) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return process.exitValue();
  }

  /** Rows of the table without the seconds, which no two sweeps share. */
  private List<String> table(Path sweep) throws IOException {
    Run.of("report", sweep).good();
    List<String> rows = new ArrayList<>();
    for (String row : Files.readAllLines(sweep.resolve("table.csv"))) {
      rows.add(row.substring(0, row.lastIndexOf(',')));
    }
    return rows;
  }

  @Test
  void aSweepThatIsKilledAgainAndAgainEndsWithTheSameTable() throws Exception {
    Path launcher = launcher();
    Path whole = temp.resolve("whole");
    assertEquals(0, end(sweep(whole, launcher)), () -> read("err.txt"));
    Path killed = temp.resolve("killed");
    for (int i = 0; i < 3; i++) {
      Process sweep = sweep(killed, launcher);
      // Later each time: while it plans, while runs begin, while they train.
      if (!sweep.waitFor(2500L * (i + 1), TimeUnit.MILLISECONDS)) {
        sweep.destroyForcibly().waitFor();
      }
    }
    assertEquals(0, end(sweep(killed, launcher)), () -> read("err.txt"));
    assertEquals(table(whole), table(killed));
    assertEquals(3, table(killed).size());

    // Nothing is missing: nothing starts.
    String ledger = Files.readString(killed.resolve("ledger.jsonl"));
    assertEquals(0, end(sweep(killed, launcher)));
    String after = Files.readString(killed.resolve("ledger.jsonl")).substring(ledger.length());
    assertFalse(after.contains("\"started\""), after);

    // An added seed runs, the others do not.
    Files.writeString(spec, SWEEP.replace("[1, 2]", "[1, 2, 3]"));
    assertEquals(0, end(sweep(killed, launcher)), () -> read("err.txt"));
    String added = Files.readString(killed.resolve("ledger.jsonl")).substring(ledger.length());
    assertEquals(2, added.lines().filter(line -> line.contains("\"started\"")).count(), added);
  }

  private String read(String file) {
    try {
      return Files.readString(temp.resolve(file));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
