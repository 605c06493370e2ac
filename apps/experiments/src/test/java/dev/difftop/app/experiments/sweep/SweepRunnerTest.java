package dev.difftop.app.experiments.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.experiments.executor.ExecutorProvider;
import dev.difftop.app.experiments.executor.Processes;
import dev.difftop.app.experiments.executor.RunExecutor;
import dev.difftop.learning.run.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The runner with real processes of a script that stands for the command line. */
class SweepRunnerTest {
  @TempDir private Path temp;
  private SweepFolder folder;
  private List<String> launcher;

  @BeforeEach
  void prepare() throws URISyntaxException {
    folder = new SweepFolder(temp.resolve("sweep"));
    Path script = Path.of(SweepRunnerTest.class.getResource("launcher.sh").toURI());
    launcher = List.of("sh", script.toString());
  }

  private static SweepPlan plan(String... modes) {
    List<PlannedRun> runs = new ArrayList<>();
    for (int i = 0; i < modes.length; i++) {
      String hash = "%08d%s".formatted(i, modes[i]);
      runs.add(
          new PlannedRun(
              "run" + i + "-" + modes[i],
              hash,
              "content" + i,
              new Variation("mode=" + modes[i], Map.of("mode", modes[i])),
              i,
              "mode: " + modes[i] + "\n",
              Map.of("run", Map.of("budget", 10))));
    }
    SweepSpec spec =
        new SweepSpec(
            Path.of("sweep.yaml"),
            List.of("base.yaml"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(1L),
            SweepSpec.Pairing.SEED,
            false,
            OnFailure.CONTINUE,
            Optional.empty());
    return new SweepPlan(spec, runs, List.of(), List.of());
  }

  private SweepRunner.Settings settings(OnFailure onFailure, Duration limit) {
    return new SweepRunner.Settings(
        launcher,
        1,
        onFailure,
        Optional.ofNullable(limit),
        Duration.ofMillis(300),
        Duration.ofSeconds(30),
        false);
  }

  private SweepResult run(SweepPlan plan, SweepRunner.Settings settings) {
    return run(plan, settings, StopSignal.NEVER, new SweepListener() {});
  }

  private SweepResult run(
      SweepPlan plan, SweepRunner.Settings settings, StopSignal stop, SweepListener listener) {
    try (RunExecutor executor =
        ExecutorProvider.named("local")
            .open(new ExecutorProvider.Request(2, 1, Map.of(), note -> {}))) {
      return new SweepRunner(plan, folder, executor, settings, listener).run(stop);
    }
  }

  private long starts(String run) throws IOException {
    Path file = folder.run(run).resolve("starts");
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  @Test
  void finishedRunsAreNeverRepeatedAndAddedOnesAreRun() throws IOException {
    SweepResult first = run(plan("ok", "ok"), settings(OnFailure.CONTINUE, null));
    assertTrue(first.isComplete());
    assertEquals(12.5, first.entries().get(0).outcome().get("mean"));
    assertEquals(3.0, first.entries().get(0).outcome().get("processor_seconds"));
    SweepResult second = run(plan("ok", "ok", "ok"), settings(OnFailure.CONTINUE, null));
    assertTrue(second.isComplete());
    for (int i = 0; i < 3; i++) {
      assertEquals(1, starts("run" + i + "-ok"));
    }
    assertTrue(Files.exists(folder.log("run2-ok")));
  }

  @Test
  void aFailedRunLeavesTheOthersAloneAndKeepsItsReason() throws IOException {
    SweepResult result = run(plan("fail", "ok"), settings(OnFailure.CONTINUE, null));
    assertEquals(RunStatus.FAILED, result.entries().get(0).status());
    assertEquals(RunStatus.FINISHED, result.entries().get(1).status());
    assertEquals(
        "exit status 4: the loss is NaN at step 3",
        result.entries().get(0).outcome().get("reason"));
    assertFalse(result.isComplete());
    run(plan("fail", "ok"), settings(OnFailure.CONTINUE, null));
    assertEquals(1, starts("run0-fail"));
  }

  @Test
  void failedRunsAreReleasedOnRequest() throws IOException {
    SweepPlan plan = plan("fail", "ok");
    run(plan, settings(OnFailure.CONTINUE, null));
    assertEquals(1, SweepRunner.release(plan, folder));
    Files.writeString(folder.run("run0-fail").resolve("config.yaml"), "mode: ok\n");
    assertTrue(run(plan, settings(OnFailure.CONTINUE, null)).isComplete());
    assertEquals(2, starts("run0-fail"));
    assertEquals(1, starts("run1-ok"));
  }

  @Test
  void failuresAreRetriedAsOftenAsAskedFor() throws IOException {
    SweepResult result = run(plan("fail"), settings(new OnFailure(false, 2), null));
    assertEquals(RunStatus.FAILED, result.entries().get(0).status());
    assertEquals(3, result.entries().get(0).failures());
    assertEquals(3, starts("run0-fail"));
  }

  @Test
  void stopStartsNoFurtherRun() throws IOException {
    SweepResult result = run(plan("fail", "slow", "ok", "ok"), settings(OnFailure.STOP, null));
    assertEquals(RunStatus.FAILED, result.entries().get(0).status());
    assertEquals(0, starts("run3-ok"));
    // The one that was running resumes once the failure is released.
    assertEquals(RunStatus.PENDING, result.entries().get(1).status());
    assertEquals(0, result.entries().get(1).failures());
  }

  @Test
  void aNativeCrashIsThatOfOneRun() {
    SweepResult result = run(plan("segv", "ok"), settings(OnFailure.CONTINUE, null));
    assertEquals(RunStatus.CRASHED, result.entries().get(0).status());
    assertTrue(
        result
            .entries()
            .get(0)
            .outcome()
            .get("reason")
            .toString()
            .startsWith("ended by signal 11"));
    assertEquals(RunStatus.FINISHED, result.entries().get(1).status());
  }

  @Test
  void aRunThatHangsIsEndedByItsTimeLimit() {
    SweepResult result = run(plan("hang"), settings(OnFailure.CONTINUE, Duration.ofMillis(700)));
    assertEquals(RunStatus.TIMED_OUT, result.entries().get(0).status());
    assertEquals(
        "took longer than its time limit of 0:01", result.entries().get(0).outcome().get("reason"));
  }

  @Test
  void aKilledRunResumesWhereItWas() throws IOException {
    SweepListener killer =
        new SweepListener() {
          private boolean killed;

          @Override
          public void progressed(Progress progress) {
            boolean begun = progress.running().stream().anyMatch(r -> r.position() >= 2);
            if (begun && !killed) {
              killed = true;
              ProcessHandle.current()
                  .descendants()
                  .filter(p -> p.info().commandLine().orElse("").contains("launcher.sh"))
                  .forEach(ProcessHandle::destroyForcibly);
            }
          }
        };
    SweepResult result =
        run(plan("slow"), settings(OnFailure.CONTINUE, null), StopSignal.NEVER, killer);
    assertTrue(result.isComplete());
    assertEquals(2, starts("run0-slow"));
    assertEquals(11, Files.readAllLines(folder.run("run0-slow").resolve("metrics.csv")).size());
  }

  @Test
  void stoppingTheSweepStopsItsRunsAndTheNextResumesThem() throws IOException {
    SweepResult stopped =
        run(
            plan("slow", "slow", "ok"),
            settings(OnFailure.CONTINUE, null),
            () -> Files.exists(folder.run("run1-slow").resolve("starts")),
            new SweepListener() {});
    assertTrue(stopped.stopped());
    assertEquals(3, stopped.count(RunStatus.PENDING));
    assertTrue(run(plan("slow", "slow", "ok"), settings(OnFailure.CONTINUE, null)).isComplete());
    assertEquals(2, starts("run0-slow"));
    assertEquals(1, starts("run2-ok"));
  }

  @Test
  void severalRunnersShareOneLedger() throws Exception {
    SweepPlan plan = plan("ok", "slow", "ok", "slow", "ok", "ok");
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      Callable<SweepResult> work = () -> run(plan, settings(OnFailure.CONTINUE, null));
      for (Future<SweepResult> one : pool.invokeAll(List.of(work, work, work))) {
        assertTrue(one.get().isComplete());
      }
    } finally {
      pool.shutdown();
    }
    for (PlannedRun run : plan.runs()) {
      assertEquals(1, starts(run.name()), run.name());
    }
  }

  @Test
  void aRunThatEndedUnrecordedIsNotRepeated() throws IOException {
    SweepPlan plan = plan("ok");
    run(plan, settings(OnFailure.CONTINUE, null));
    // As if the sweep was killed before, and while, it wrote the end.
    Path ledger = folder.ledger().file();
    List<String> lines = Files.readAllLines(ledger);
    int ended = lines.size() - 1;
    assertTrue(lines.get(ended).contains("\"ended\""));
    Files.writeString(
        ledger,
        String.join("\n", lines.subList(0, ended)) + "\n" + lines.get(ended).substring(0, 30));
    SweepResult again = run(plan, settings(OnFailure.CONTINUE, null));
    assertTrue(again.isComplete());
    assertEquals(1, starts("run0-ok"));
    assertEquals(12.5, again.entries().get(0).outcome().get("mean"));
  }

  @Test
  void theLeaseOfALivingProcessIsRespectedAndThatOfADeadOneIsNot() throws Exception {
    Leases leases = new Leases(folder.path(), Duration.ofMinutes(10));
    leases.hold("a", Map.of());
    assertTrue(leases.isHeld("a"), "held by this process, which is alive");
    leases.release("a");
    assertFalse(leases.isHeld("a"));

    Process run = new ProcessBuilder("sleep", "60").start();
    Map<String, Object> identity = Processes.identity(run.toHandle());
    Leases expired = new Leases(folder.path(), Duration.ofMillis(-1));
    expired.hold("b", identity);
    assertTrue(expired.isHeld("b"), "its time is over, but the run is alive");
    run.destroyForcibly().waitFor();
    assertFalse(expired.isHeld("b"));

    // A dead owner on this machine: nobody waits for the end of its lease.
    leases.hold("c", Map.of());
    Path file = folder.path().resolve("leases").resolve("c.json");
    String text = Files.readString(file);
    long pid = ProcessHandle.current().pid();
    Files.writeString(file, text.replace("\"pid\":" + pid, "\"pid\":" + 999_999_999L));
    assertFalse(leases.isHeld("c"));
    // An owner on a machine that cannot be seen: its time counts.
    Files.writeString(file, text.replaceAll("\"machine\":\"[^\"]*\"", "\"machine\":\"other\""));
    assertTrue(leases.isHeld("c"));
  }

  @Test
  void runsOfAnotherBuildCountOnlyIfAskedFor() throws IOException {
    run(plan("ok"), settings(OnFailure.CONTINUE, null));
    PlannedRun old = plan("ok").runs().get(0);
    PlannedRun rebuilt =
        new PlannedRun(
            "rebuilt",
            "newhash",
            old.contentHash(),
            old.variation(),
            0,
            old.yaml(),
            old.document());
    SweepPlan plan = new SweepPlan(plan("ok").spec(), List.of(rebuilt), List.of(), List.of());
    assertEquals(1, SweepRunner.finishedByOtherCode(plan, folder));
    SweepRunner.Settings s = settings(OnFailure.CONTINUE, null);
    SweepRunner.Settings accepting =
        new SweepRunner.Settings(
            s.launcher(), 1, s.onFailure(), s.timeLimit(), s.grace(), s.lease(), true);
    assertTrue(run(plan, accepting).isComplete());
    assertEquals(0, starts("rebuilt"));
    assertTrue(run(plan, s).isComplete());
    assertEquals(1, starts("rebuilt"));
  }

  @Test
  void aTornLineIsIgnoredAndEnded() throws IOException {
    run(plan("ok"), settings(OnFailure.CONTINUE, null));
    Path ledger = folder.ledger().file();
    Files.writeString(ledger, "{\"event\":\"star", StandardOpenOption.APPEND);
    run(plan("ok", "ok"), settings(OnFailure.CONTINUE, null));
    assertTrue(
        folder.ledger().entries().values().stream()
            .allMatch(e -> e.status() == RunStatus.FINISHED));
  }

  /** A full disk ends a line anywhere, also within a letter. */
  @Test
  void aLineTornWithinALetterIsIgnored() throws IOException {
    run(plan("ok"), settings(OnFailure.CONTINUE, null));
    Files.write(
        folder.ledger().file(),
        new byte[] {'{', '"', 'e', '"', ':', '"', (byte) 0xc3},
        StandardOpenOption.APPEND);
    assertTrue(run(plan("ok", "ok"), settings(OnFailure.CONTINUE, null)).isComplete());
    assertEquals(1, starts("run0-ok"));
  }

  /** Of a sweep that was killed before it wrote down the process, or of a lost executor. */
  @Test
  void aRunFolderThatAProcessWritesToIsWaitedFor() throws Exception {
    SweepPlan plan = plan("slow");
    Path run = Files.createDirectories(folder.run("run0-slow"));
    Files.writeString(run.resolve("config.yaml"), "mode: slow\n");
    Files.writeString(run.resolve("metrics.csv"), "position,loss\n");
    boolean[] startedWhileBusy = new boolean[1];
    try (FileChannel channel =
            FileChannel.open(
                run.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      long begun = System.nanoTime();
      SweepResult result =
          run(
              plan,
              settings(OnFailure.CONTINUE, null),
              () -> {
                startedWhileBusy[0] |= Files.exists(run.resolve("starts")) && lock.isValid();
                return System.nanoTime() - begun > 1_500_000_000L;
              },
              new SweepListener() {});
      assertEquals(RunStatus.PENDING, result.entries().get(0).status());
    }
    assertFalse(startedWhileBusy[0]);
    assertTrue(run(plan, settings(OnFailure.CONTINUE, null)).isComplete());
    assertEquals(1, starts("run0-slow"));
  }

  @Test
  void theDraftOfALivingProcessStaysAndThatOfADeadOneGoes() throws Exception {
    Path runs = Files.createDirectories(folder.path().resolve("runs"));
    Path living = Files.createDirectory(runs.resolve(".run0-ok.part1"));
    Path dead = Files.createDirectory(runs.resolve(".run0-ok.part2"));
    Files.createFile(dead.resolve(".lock"));
    try (FileChannel channel =
            FileChannel.open(
                living.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertTrue(lock.isValid());
      assertTrue(run(plan("ok"), settings(OnFailure.CONTINUE, null)).isComplete());
    }
    assertTrue(Files.exists(living));
    assertFalse(Files.exists(dead));
  }

  @Test
  void aRunThatCannotBeStartedHasNotFailed() throws IOException {
    List<String> right = launcher;
    launcher = List.of(temp.resolve("nowhere").toString());
    SweepResult result = run(plan("ok"), settings(OnFailure.CONTINUE, null));
    assertEquals(RunStatus.PENDING, result.entries().get(0).status());
    assertEquals(1, result.interrupted().size());
    String reason = result.interrupted().get(0).outcome().get("reason").toString();
    assertTrue(reason.startsWith("cannot be started: ") && reason.contains("nowhere"), reason);
    launcher = right;
    assertTrue(run(plan("ok"), settings(OnFailure.CONTINUE, null)).isComplete());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsNamedWithWhatToDo() throws IOException {
    Files.createDirectories(folder.path());
    Files.createSymbolicLink(folder.ledger().file(), Path.of("/dev/full"));
    UncheckedIOException full =
        assertThrows(UncheckedIOException.class, () -> folder.ledger().append("started", Map.of()));
    assertTrue(
        full.getMessage().contains("ledger.jsonl cannot be written; once it can, the same command"),
        full::toString);
    assertTrue(full.getCause().getMessage().contains("No space left"), full::toString);
  }

  @Test
  void progressEstimatesFromFinishedRuns() {
    List<SweepListener.Progress> seen = new ArrayList<>();
    run(
        plan("ok", "slow", "slow", "slow"),
        settings(OnFailure.CONTINUE, null),
        StopSignal.NEVER,
        new SweepListener() {
          @Override
          public void progressed(Progress progress) {
            seen.add(progress);
          }
        });
    assertTrue(seen.get(0).secondsLeft().isEmpty());
    SweepListener.Progress last = seen.get(seen.size() - 1);
    assertEquals(12, last.processorSeconds().orElseThrow(), 1e-9);
    assertTrue(last.secondsLeft().isPresent());
  }
}
