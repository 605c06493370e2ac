package dev.difftop.app.cli.experiments;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.experiments.executor.ExecutorProvider;
import dev.difftop.app.experiments.executor.RunExecutor;
import dev.difftop.app.experiments.sweep.Durations;
import dev.difftop.app.experiments.sweep.LedgerEntry;
import dev.difftop.app.experiments.sweep.OnFailure;
import dev.difftop.app.experiments.sweep.PlannedRun;
import dev.difftop.app.experiments.sweep.Planner;
import dev.difftop.app.experiments.sweep.SweepFolder;
import dev.difftop.app.experiments.sweep.SweepPlan;
import dev.difftop.app.experiments.sweep.SweepReader;
import dev.difftop.app.experiments.sweep.SweepResult;
import dev.difftop.app.experiments.sweep.SweepRunner;
import dev.difftop.app.experiments.sweep.SweepSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs every combination of a sweep, and only what is missing of it. */
@Command(
    name = "sweep",
    description = {
      "Train every combination of a sweep file, each in a process of its own.",
      "The same command on the same folder resumes it: finished runs are never repeated."
    })
public final class SweepCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Session session;

  @Parameters(index = "0", paramLabel = "SPEC.yaml", description = "The sweep file.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Its folder (default: runs/ and the name of the file).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--dry-run",
      description = "Resolve and check every run, list them with their hashes, run nothing.")
  private boolean dryRun;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Runs at once (default: cores / threads per run).")
  private int jobs;

  @Option(
      names = "--threads-per-run",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads, and cores, of every run (${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      defaultValue = "local",
      description = "Where the runs run: local, spark (${DEFAULT-VALUE}).")
  private String executor;

  @Option(names = "--set", paramLabel = "key=value", description = "Settings of the executor.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--on-failure",
      paramLabel = "continue|stop|retry=N",
      description = "When a run fails (default: as the file says, else continue).")
  private Optional<String> onFailure = Optional.empty();

  @Option(
      names = "--time-limit",
      paramLabel = "30m",
      description = "Longest time of the process of a run (default: as the file says, else none).")
  private Optional<String> timeLimit = Optional.empty();

  @Option(
      names = "--retry-failed",
      description = "Start runs again that failed before, from their checkpoints.")
  private boolean retryFailed;

  @Option(
      names = "--accept-other-code",
      description = "Runs that another build of difftop finished count as finished.")
  private boolean acceptOtherCode;

  @Option(
      names = "--lease",
      paramLabel = "60s",
      defaultValue = "60s",
      description = "How long a run stays reserved for a machine that vanished (${DEFAULT-VALUE}).")
  private String lease;

  SweepCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (threads < 1 || jobs < 0) {
      throw new UsageException(
          "--jobs",
          "--jobs, --threads-per-run: expected at least 1, found %d, %d".formatted(jobs, threads));
    }
    OnFailure policy = option("--on-failure", onFailure, OnFailure::parse).orElse(null);
    Optional<Duration> limit = option("--time-limit", timeLimit, Durations::parse);
    Duration leaseTime = option("--lease", Optional.of(lease), Durations::parse).orElseThrow();
    SweepSpec spec = SweepReader.read(file);
    SweepPlan plan = new Planner(session.parts(), threads).plan(spec, label -> {});
    plan.notes().forEach(session.console()::note);
    if (dryRun) {
      return answer(plan);
    }
    refuse(plan);
    SweepRunner.Settings how =
        new SweepRunner.Settings(
            launcher(),
            threads,
            policy == null ? spec.onFailure() : policy,
            limit.or(spec::timeLimit),
            GRACE,
            leaseTime,
            acceptOtherCode);
    return run(plan, how);
  }

  private static <T> Optional<T> option(
      String name, Optional<String> text, Function<String, T> parse) {
    try {
      return text.map(parse);
    } catch (IllegalArgumentException e) {
      throw new UsageException(name, name + ": " + e.getMessage());
    }
  }

  private int answer(SweepPlan plan) {
    Table table = new Table("RUN", "HASH", "CASE", "SEED");
    for (PlannedRun run : plan.runs()) {
      table.row(run.name(), run.hash().substring(0, 12), run.variation().label(), run.seed());
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("%d runs".formatted(plan.runs().size()));
    plan.refused()
        .forEach(
            refused -> lines.add("refused: %s: %s".formatted(refused.label(), refused.reason())));
    session.console().answer(plan.document(), lines);
    return isRefused(plan) ? Failure.USAGE : 0;
  }

  private static boolean isRefused(SweepPlan plan) {
    return plan.runs().isEmpty() || (!plan.refused().isEmpty() && !plan.spec().skipsInvalid());
  }

  /** All impossible combinations at once, before anything starts. */
  private void refuse(SweepPlan plan) {
    if (isRefused(plan)) {
      throw new ConfigurationException(
          plan.refused().stream()
              .map(
                  refused ->
                      new dev.difftop.api.config.Violation(
                          refused.label(), file.toString(), 0, refused.reason()))
              .toList());
    }
    plan.refused()
        .forEach(
            refused ->
                session
                    .console()
                    .note("left out %s: %s".formatted(refused.label(), refused.reason())));
  }

  private List<String> launcher() {
    String launcher = System.getProperty("difftop.launcher");
    if (launcher == null) {
      throw new UsageException(
          "",
          "sweep starts every run with the launcher of difftop; start sweep with bin/difftop, or"
              + " name it with -Ddifftop.launcher=FILE");
    }
    List<String> words = new ArrayList<>(List.of(launcher));
    session
        .namedPluginFolder()
        .ifPresent(
            folder -> words.addAll(List.of("--plugins", folder.toAbsolutePath().toString())));
    return words;
  }

  private int run(SweepPlan plan, SweepRunner.Settings how) {
    SweepFolder folder = new SweepFolder(out.orElseGet(this::defaultFolder));
    if (retryFailed) {
      session
          .console()
          .note("released %d runs that failed".formatted(SweepRunner.release(plan, folder)));
    }
    long byOther = SweepRunner.finishedByOtherCode(plan, folder);
    if (byOther > 0 && !acceptOtherCode) {
      session
          .console()
          .note(
              "%d runs were finished by another build of difftop and run again;".formatted(byOther)
                  + " --accept-other-code keeps them");
    }
    ExecutorProvider.Request request =
        new ExecutorProvider.Request(jobs, threads, settings, session.console()::note);
    SweepResult result;
    try (Interruption interruption = Interruption.watch(session.console());
        RunExecutor where = ExecutorProvider.named(executor).open(request);
        SweepProgress progress = new SweepProgress(session.console(), plan.runs().size())) {
      result = new SweepRunner(plan, folder, where, how, progress).run(interruption::isRequested);
      progress.close();
      answer(result);
    }
    return result.isComplete() ? 0 : Failure.RUN_FAILED;
  }

  private Path defaultFolder() {
    return Path.of("runs", file.getFileName().toString().replaceAll("\\.[^.]*$", ""));
  }

  /** Four digits for people; JSON has them all. */
  private static String figure(Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%.4g", number.doubleValue())
        : "";
  }

  private void answer(SweepResult result) {
    Table table = new Table("RUN", "STATUS", "RETURN", "PROCESSOR SECONDS");
    for (LedgerEntry entry : result.entries()) {
      table.row(
          entry.name(),
          entry.status().word(),
          figure(entry.outcome().get("mean")),
          figure(entry.outcome().get("processor_seconds")));
    }
    List<String> lines = new ArrayList<>(table.lines());
    for (LedgerEntry entry : result.failures()) {
      lines.add("%s: %s".formatted(entry.name(), entry.outcome().get("reason")));
    }
    for (LedgerEntry entry : result.interrupted()) {
      lines.add("%s: %s".formatted(entry.name(), entry.outcome().get("reason")));
    }
    lines.add("sweep: " + result.folder());
    session.console().answer(result.document(), lines);
    if (!result.failures().isEmpty()) {
      session
          .console()
          .note(
              "%d of %d runs failed; their logs are in %s; --retry-failed starts them again"
                  .formatted(
                      result.failures().size(),
                      result.entries().size(),
                      result.folder().resolve("logs")));
    } else if (!result.interrupted().isEmpty()) {
      session
          .console()
          .note(
              "%d of %d runs were ended from outside three times (out of memory?), or could not be started; the same command resumes them"
                  .formatted(result.interrupted().size(), result.entries().size()));
    } else if (!result.isComplete()) {
      session.console().note("stopped; the same command resumes it");
    }
  }
}
