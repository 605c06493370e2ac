package dev.difftop.launcher.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.experiments.executor.ExecutorProvider;
import dev.difftop.app.experiments.executor.RunExecutor;
import dev.difftop.app.experiments.sweep.OnFailure;
import dev.difftop.app.experiments.sweep.PlannedRun;
import dev.difftop.app.experiments.sweep.RunStatus;
import dev.difftop.app.experiments.sweep.SweepFolder;
import dev.difftop.app.experiments.sweep.SweepListener;
import dev.difftop.app.experiments.sweep.SweepPlan;
import dev.difftop.app.experiments.sweep.SweepResult;
import dev.difftop.app.experiments.sweep.SweepRunner;
import dev.difftop.app.experiments.sweep.SweepSpec;
import dev.difftop.app.experiments.sweep.Variation;
import dev.difftop.learning.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on Spark: inside of this process, and on a standalone cluster on this machine. */
class SparkClusterIT {
  /** Stands for the command line: train CONFIG --out DIR, or train --resume DIR. */
  private static final String LAUNCHER =
      """
      #!/bin/sh
      if [ "$2" = --resume ]; then dir=$3; else
        dir=$4; mkdir -p "$dir" && cp "$2" "$dir/config.yaml" && : >"$dir/steps"
      fi
      echo start >>"$dir/starts"
      case $(cat "$dir/config.yaml") in
        fail) echo "difftop: the loss is NaN"; exit 4 ;;
        segv) kill -SEGV $$ ;;
      esac
      # The other end of the pipe is the executor.
      exec 3<&0
      (cat <&3 >/dev/null; kill -TERM $$ 2>/dev/null) &
      trap 'exit 143' TERM
      while [ "$(wc -l <"$dir/steps")" -lt 20 ]; do echo step >>"$dir/steps"; sleep 0.2; done
      echo '{"mean": 1.5}' >"$dir/evaluation.json"
      echo '{"compute": {}}' >"$dir/manifest.json"
      """;

  @TempDir private Path temp;
  private SweepFolder folder;
  private Path launcher;

  @BeforeEach
  void prepare() throws IOException {
    folder = new SweepFolder(temp.resolve("sweep"));
    launcher = Files.writeString(temp.resolve("launcher.sh"), LAUNCHER);
  }

  private static SweepPlan plan(String... modes) {
    List<PlannedRun> runs = new ArrayList<>();
    for (int i = 0; i < modes.length; i++) {
      String name = "run" + i + "-" + modes[i];
      runs.add(
          new PlannedRun(
              name,
              name,
              "content" + i,
              new Variation("mode=" + modes[i], Map.of("mode", modes[i])),
              i,
              modes[i],
              Map.of()));
    }
    SweepSpec spec =
        new SweepSpec(
            Path.of("sweep.yaml"),
            List.of(),
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

  private SweepResult run(SweepPlan plan, Map<String, String> settings, SweepListener listener) {
    SweepRunner.Settings how =
        new SweepRunner.Settings(
            List.of("sh", launcher.toString()),
            1,
            OnFailure.CONTINUE,
            Optional.empty(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            false);
    try (RunExecutor executor =
        ExecutorProvider.named("spark")
            .open(new ExecutorProvider.Request(0, 1, settings, note -> {}))) {
      return new SweepRunner(plan, folder, executor, how, listener).run(StopSignal.NEVER);
    }
  }

  @Test
  void runsFinishFailAndCrashEachForItself() {
    SweepResult result =
        run(
            plan("ok", "fail", "segv", "ok"),
            Map.of("spark.master", "local[2]"),
            new SweepListener() {});
    List<RunStatus> statuses = result.entries().stream().map(e -> e.status()).toList();
    assertEquals(
        List.of(RunStatus.FINISHED, RunStatus.FAILED, RunStatus.CRASHED, RunStatus.FINISHED),
        statuses);
    assertTrue(
        result.entries().get(1).outcome().get("reason").toString().contains("the loss is NaN"));
  }

  @Test
  void theRunsOfAKilledWorkerResumeOnTheOther() throws Exception {
    try (Cluster cluster = new Cluster(temp)) {
      cluster.addWorker();
      cluster.addWorker();
      SweepListener killer =
          new SweepListener() {
            private boolean killed;

            @Override
            public void progressed(Progress progress) {
              if (!killed && steps("run0-ok") >= 3 && steps("run1-ok") >= 3) {
                killed = true;
                cluster.killWorker();
              }
            }
          };
      SweepResult result =
          run(
              plan("ok", "ok", "ok"),
              Map.of(
                  "spark.master", cluster.address(),
                  "spark.driver.host", "127.0.0.1",
                  "spark.driver.bindAddress", "127.0.0.1",
                  "spark.executor.memory", "512m",
                  "spark.scheduler.maxRegisteredResourcesWaitingTime", "400s"),
              killer);
      assertTrue(result.isComplete(), () -> result.document().toString());
      int starts = 0;
      for (int i = 0; i < 3; i++) {
        starts += lines("run" + i + "-ok", "starts");
      }
      assertEquals(4, starts, "one run was lost, and resumed");
      for (int i = 0; i < 3; i++) {
        assertEquals(20, steps("run" + i + "-ok"), "no step twice");
      }
    }
  }

  private int steps(String run) {
    return lines(run, "steps");
  }

  private int lines(String run, String name) {
    try {
      Path file = folder.run(run).resolve(name);
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
