package dev.difftop.app.experiments.sweep;

import dev.difftop.app.experiments.executor.RunCommand;
import dev.difftop.app.experiments.executor.RunExecutor;
import dev.difftop.app.experiments.executor.RunProcess;
import dev.difftop.learning.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Runs what is missing of a sweep. Any number of runners, in this process or others, may work on
 * one folder; each may be killed at any moment. A finished run is never repeated; an unfinished one
 * resumes from its checkpoint.
 */
public final class SweepRunner {
  /** How often a run may be ended from outside before it is left to the next sweep. */
  private static final int MOST_INTERRUPTIONS = 3;

  private static final long POLL_MS = 200;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How a sweep runs.
   *
   * @param launcher words that start the command line
   * @param threadsPerRun threads of every run
   * @param onFailure what happens when a run fails
   * @param timeLimit of every process
   * @param grace what a process has to stop by itself before it is ended
   * @param lease how long a run is reserved for a process that gives no sign of life
   * @param acceptsOtherCode whether runs that another build finished count as finished
   */
  public record Settings(
      List<String> launcher,
      int threadsPerRun,
      OnFailure onFailure,
      Optional<Duration> timeLimit,
      Duration grace,
      Duration lease,
      boolean acceptsOtherCode) {}

  private final SweepPlan plan;
  private final SweepFolder folder;
  private final Ledger ledger;
  private final Leases leases;
  private final RunExecutor executor;
  private final Settings settings;
  private final SweepListener listener;
  private final Map<String, RunInProgress> running = new LinkedHashMap<>();
  private final Map<String, Integer> interruptions = new HashMap<>();
  private Map<String, LedgerEntry> known = Map.of();
  private int elsewhere;
  private boolean unfinished;
  private boolean stopping;
  private long looked;
  private long renewed = System.nanoTime();

  /** A runner; {@link #run} does the work. */
  public SweepRunner(
      SweepPlan plan,
      SweepFolder folder,
      RunExecutor executor,
      Settings settings,
      SweepListener listener) {
    this.plan = plan;
    this.folder = folder;
    this.ledger = folder.ledger();
    this.leases = new Leases(folder.path(), settings.lease());
    this.executor = executor;
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Runs until nothing is missing that can run.
   *
   * @param stop asks running runs to stop at a safe point, each with a checkpoint
   */
  public SweepResult run(StopSignal stop) {
    register();
    looked = System.nanoTime() - LOOK_NANOS;
    boolean asked = false;
    while (true) {
      boolean ended = collect();
      if (stop.isRequested()) {
        asked = true;
        stopping = true;
      }
      if (stopping) {
        running.values().forEach(RunInProgress::stop);
      }
      renew();
      boolean isDue = System.nanoTime() - looked >= LOOK_NANOS;
      if (!stopping && (ended || isDue)) {
        claim();
      }
      if (isDue) {
        looked = System.nanoTime();
        listener.progressed(progress());
      }
      if (running.isEmpty() && (stopping || !unfinished)) {
        return result(asked);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a sweep is stopped by its signal, not by interruption", e);
    }
  }

  // ------------------------------------------------------------------ the ledger

  /** Releases runs that failed, so that they start again. Returns how many. */
  public static int release(SweepPlan plan, SweepFolder folder) {
    Ledger ledger = folder.ledger();
    return ledger.exclusively(
        () -> {
          Map<String, LedgerEntry> entries = ledger.entries();
          int released = 0;
          for (PlannedRun run : plan.runs()) {
            LedgerEntry entry = entries.get(run.hash());
            if (entry != null && entry.status().isFailure()) {
              ledger.append("released", Map.of("hash", run.hash()));
              released++;
            }
          }
          return released;
        });
  }

  private void register() {
    ledger.exclusively(
        () -> {
          Map<String, LedgerEntry> entries = ledger.entries();
          Map<String, Object> sweep = new LinkedHashMap<>();
          sweep.put("file", plan.spec().file().toAbsolutePath().normalize().toString());
          sweep.put("pair-by", plan.spec().pairing().name().toLowerCase(java.util.Locale.ROOT));
          sweep.put("count", plan.runs().size());
          ledger.append("sweep", sweep);
          for (PlannedRun run : plan.runs()) {
            if (!entries.containsKey(run.hash())) {
              ledger.append("planned", planned(run));
            }
          }
          return null;
        });
    known = ledger.entries();
  }

  private static Map<String, Object> planned(PlannedRun run) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("hash", run.hash());
    event.put("name", run.name());
    event.put("case", run.variation().label());
    event.put("changes", run.variation().changes());
    event.put("seed", run.seed());
    event.put("content", run.contentHash());
    return event;
  }

  /** The entry that stands for a run: its own, or that of another build where that counts. */
  private static LedgerEntry entry(
      PlannedRun run, Map<String, LedgerEntry> entries, boolean acceptsOtherCode) {
    LedgerEntry own = entries.get(run.hash());
    if (!acceptsOtherCode || own.status() == RunStatus.FINISHED) {
      return own;
    }
    return entries.values().stream()
        .filter(e -> e.contentHash().equals(run.contentHash()))
        .filter(e -> e.status() == RunStatus.FINISHED)
        .findFirst()
        .orElse(own);
  }

  /** How many runs another build finished, and this one has not. */
  public static long finishedByOtherCode(SweepPlan plan, SweepFolder folder) {
    Map<String, LedgerEntry> entries = folder.ledger().entries();
    return plan.runs().stream()
        .filter(
            run ->
                entries.values().stream()
                        .anyMatch(
                            e ->
                                e.status() == RunStatus.FINISHED
                                    && e.contentHash().equals(run.contentHash()))
                    && (entries.get(run.hash()) == null
                        || entries.get(run.hash()).status() != RunStatus.FINISHED))
        .count();
  }

  // ------------------------------------------------------------------ starting

  private void claim() {
    List<PlannedRun> claimed = ledger.exclusively(this::claimFree);
    for (PlannedRun run : claimed) {
      start(run);
    }
  }

  private List<PlannedRun> claimFree() {
    known = ledger.entries();
    elsewhere = 0;
    unfinished = false;
    List<PlannedRun> claimed = new ArrayList<>();
    if (settings.onFailure().stops() && hasFailure()) {
      stopping = true;
      return claimed;
    }
    for (PlannedRun run : plan.runs()) {
      LedgerEntry entry = entry(run, known, settings.acceptsOtherCode());
      if (running.containsKey(run.hash()) || !isMissing(entry)) {
        continue;
      }
      if (leases.isHeld(run.hash()) || folder.isBusy(run.name())) {
        elsewhere++;
        unfinished = true;
      } else if (folder.isComplete(run.name())) {
        // Its sweep was killed between its end and the ledger.
        end(run, Outcome.finished(folder.run(run.name())));
      } else {
        unfinished = true;
        if (running.size() + claimed.size() < executor.slots()) {
          leases.hold(run.hash(), Map.of());
          ledger.append("started", Map.of("hash", run.hash(), "name", run.name()));
          claimed.add(run);
        }
      }
    }
    return claimed;
  }

  private boolean hasFailure() {
    return plan.runs().stream().anyMatch(run -> known.get(run.hash()).status().isFailure());
  }

  private boolean isMissing(LedgerEntry entry) {
    return entry.status() != RunStatus.FINISHED
        && entry.failures() <= settings.onFailure().retries()
        && interruptions.getOrDefault(entry.hash(), 0) < MOST_INTERRUPTIONS;
  }

  private void start(PlannedRun run) {
    RunCommand command = folder.prepare(run, settings.launcher(), settings.threadsPerRun());
    boolean resumes = Files.exists(command.folder().resolve("config.yaml"));
    try {
      long logStart = Files.exists(command.log()) ? Files.size(command.log()) : 0;
      RunProcess process = executor.start(command);
      running.put(run.hash(), new RunInProgress(run, process, command.folder(), logStart));
      leases.hold(run.hash(), process.identity());
      listener.started(run, resumes);
    } catch (IOException e) {
      // Nothing is wrong with the run: the launcher, the log or the machine is to blame.
      Outcome outcome = Outcome.interrupted("cannot be started: " + e.getMessage());
      ledger.exclusively(
          () -> {
            end(run, outcome);
            return null;
          });
    }
  }

  // ------------------------------------------------------------------ ending

  /** Records what has ended; whether something has. */
  private boolean collect() {
    boolean any = false;
    for (RunInProgress one : List.copyOf(running.values())) {
      one.enforce(settings.timeLimit(), settings.grace());
      Path log = folder.log(one.run().name());
      Optional<Outcome> outcome = one.outcome(log, settings.timeLimit());
      if (outcome.isPresent()) {
        any = true;
        running.remove(one.run().hash());
        ledger.exclusively(
            () -> {
              end(one.run(), outcome.get());
              return null;
            });
      }
    }
    return any;
  }

  private void end(PlannedRun run, Outcome outcome) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("hash", run.hash());
    event.put("name", run.name());
    event.put("status", outcome.status().word());
    event.putAll(outcome.values());
    ledger.append("ended", event);
    leases.release(run.hash());
    if (outcome.interrupted()) {
      interruptions.merge(run.hash(), 1, Integer::sum);
    }
    listener.ended(run, outcome.status(), outcome.values());
  }

  private void renew() {
    if (System.nanoTime() - renewed > leases.renewal().toNanos()) {
      renewed = System.nanoTime();
      running.forEach((hash, one) -> leases.hold(hash, one.process().identity()));
    }
  }

  // ------------------------------------------------------------------ figures

  private SweepListener.Progress progress() {
    List<LedgerEntry> entries = entries(known);
    List<LedgerEntry> finished =
        entries.stream().filter(e -> e.status() == RunStatus.FINISHED).toList();
    int failed = (int) entries.stream().filter(e -> e.status().isFailure()).count();
    int missing = entries.size() - finished.size() - failed;
    OptionalDouble wall = mean(finished, "seconds");
    OptionalDouble processor = mean(finished, "processor_seconds");
    int lanes = Math.max(1, Math.min(executor.slots() + elsewhere, missing));
    double done = running.values().stream().mapToDouble(RunInProgress::seconds).sum();
    return new SweepListener.Progress(
        entries.size(),
        finished.size(),
        failed,
        elsewhere,
        running.values().stream().map(RunInProgress::state).toList(),
        processor.isEmpty()
            ? processor
            : OptionalDouble.of(processor.getAsDouble() * entries.size()),
        wall.isEmpty()
            ? wall
            : OptionalDouble.of(Math.max(0, wall.getAsDouble() * missing - done) / lanes));
  }

  private static OptionalDouble mean(List<LedgerEntry> entries, String key) {
    return entries.stream()
        .map(entry -> entry.outcome().get(key))
        .filter(Number.class::isInstance)
        .mapToDouble(value -> ((Number) value).doubleValue())
        .average();
  }

  private List<LedgerEntry> entries(Map<String, LedgerEntry> all) {
    return plan.runs().stream().map(run -> entry(run, all, settings.acceptsOtherCode())).toList();
  }

  private SweepResult result(boolean stopped) {
    known = ledger.entries();
    return new SweepResult(folder.path(), entries(known), stopped);
  }
}
