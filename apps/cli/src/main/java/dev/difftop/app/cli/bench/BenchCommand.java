package dev.difftop.app.cli.bench;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.solve.PlanningCases;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how fast it is, for comparison with others on the same machine. */
@Command(
    name = "bench",
    description = "Measure how fast it is: median and shortest time of every case.")
public final class BenchCommand implements Callable<Integer> {
  private static final int MOST_THREADS = 256;

  /** What can be measured, by name. */
  private final Map<String, Supplier<List<BenchCase>>> suites =
      new TreeMap<>(
          Map.of(
              "engine",
              EngineCases::all,
              "env",
              this::environmentCases,
              "solvers",
              this::solverCases,
              "data",
              this::datasetCases));

  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "What to measure: data, engine, env, solvers.")
  private String name;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Threads to compute on (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--case",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only cases with TEXT in their name.")
  private String text;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Measure each case for S seconds; at least 7 runs are done (default: 2 to 6).")
  private Double seconds;

  @Option(names = "--profile", description = "Say where the time of every case goes, by operation.")
  private boolean profile;

  BenchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<BenchCase> cases = cases();
    checkOptions();
    Engine engine = session.assembly(Optional.empty()).engine();
    List<Map<String, Object>> rows = new ArrayList<>();
    Table table = new Table("CASE", "MEDIAN MS", "SHORTEST MS", "RUNS");
    for (BenchCase one : cases) {
      session.console().say("bench: " + one.name());
      Map<String, Object> row = measure(one, engine);
      rows.add(row);
      table.row(one.name(), millis(row.get("median_ms")), millis(row.get("min_ms")), row.get("n"));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", name);
    document.put("threads", threads);
    document.put("cases", rows);
    session.console().answer(document, table.lines());
    return 0;
  }

  private void addProfile(Map<String, Object> row, Profile profile) {
    List<Map<String, Object>> steps = new ArrayList<>();
    for (Profile.Step step : profile.steps()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("operation", step.what());
      one.put("us", step.micros());
      one.put("operations", step.operations());
      steps.add(one);
    }
    row.put("profile", steps);
    if (!session.console().isJson()) {
      profile.toString().lines().forEach(session.console()::say);
    }
  }

  private static String millis(Object value) {
    return String.format(Locale.ROOT, "%.4f", (Double) value);
  }

  private List<BenchCase> cases() {
    if (!suites.containsKey(name)) {
      throw new UsageException(
          "NAME", "bench: found %s, expected one of %s".formatted(name, suites.keySet()));
    }
    List<BenchCase> all = suites.get(name).get();
    List<BenchCase> chosen = all.stream().filter(c -> c.name().contains(text)).toList();
    if (chosen.isEmpty()) {
      throw new UsageException(
          "--case",
          "--case: no case of %s has \"%s\" in its name; there are %s"
              .formatted(name, text, all.stream().map(BenchCase::name).toList()));
    }
    return chosen;
  }

  private List<BenchCase> environmentCases() {
    List<BenchCase> cases =
        new ArrayList<>(
            EnvironmentCases.of(
                session.plugins().of(Service.ENVIRONMENT).stream()
                    .map(plugin -> (EnvironmentProvider<?>) plugin.provider())));
    if (session.plugins().find(Service.DYNAMICS, PhysicsCase.PLUGIN).isPresent()) {
      cases.add(new PhysicsCase(session.assembly(Optional.empty()), session.configurations()));
    }
    return cases;
  }

  private List<BenchCase> solverCases() {
    Assembly assembly = session.assembly(Optional.empty());
    List<BenchCase> cases = new ArrayList<>(PlanningCases.of(assembly, session.configurations()));
    cases.addAll(SolverCases.of(assembly, session.configurations()));
    return cases;
  }

  /** The files stay where another program can be measured with them. */
  private List<BenchCase> datasetCases() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "difftop-bench-data");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("bench data: " + folder + " cannot be made", e);
    }
    DatasetProvider<?> robomimic =
        session
            .plugins()
            .find(Service.DATASET, "robomimic")
            .map(plugin -> (DatasetProvider<?>) plugin.provider())
            .orElseThrow(
                () ->
                    new UsageException(
                        "NAME", session.plugins().explainMissing(Service.DATASET, "robomimic")));
    DatasetFiles files =
        new DatasetFiles(
            folder, file -> robomimic.writer(file, Map.of("env_args", "{}"), true).orElseThrow());
    return DatasetCases.of(files, this::open);
  }

  private Dataset open(Path file, long cacheBytes) {
    return session.make(
        session
            .configurations()
            .choose(
                Dataset.class, "robomimic", List.of("path=" + file, "cache-bytes=" + cacheBytes)));
  }

  private void checkOptions() {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new UsageException(
          "--threads", "--threads: found %d, expected 1 to %d".formatted(threads, MOST_THREADS));
    }
    if (seconds != null && !(seconds >= 0 && seconds <= 3600)) {
      throw new UsageException(
          "--seconds", "--seconds: found %s, expected 0 to 3600".formatted(seconds));
    }
    int processors = Runtime.getRuntime().availableProcessors();
    if (threads > processors) {
      session.console().note("%d threads share %d processors".formatted(threads, processors));
    }
  }

  private Map<String, Object> measure(BenchCase one, Engine engine) {
    try (BenchCase.Work work = one.prepare(engine, threads)) {
      Stopwatch.Timing timing =
          Stopwatch.measure(work::run, seconds == null ? one.seconds() : seconds);
      if (!Arrays.stream(work.result()).allMatch(Double::isFinite)) {
        throw new IllegalStateException(
            "bench: %s computed numbers that are not finite".formatted(one.name()));
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("case", one.name());
      row.put("median_ms", timing.medianMillis());
      row.put("min_ms", timing.minMillis());
      row.put("n", timing.runs());
      row.putAll(work.more());
      if (profile) {
        work.profile().ifPresent(p -> addProfile(row, p));
      }
      return row;
    }
  }
}
