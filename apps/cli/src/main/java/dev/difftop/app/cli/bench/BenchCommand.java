package dev.difftop.app.cli.bench;

import dev.difftop.api.program.Profile;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.reference.bench.BenchCase;
import dev.difftop.app.reference.bench.BenchSuites;
import dev.difftop.app.reference.bench.Row;
import dev.difftop.app.reference.bench.Stopwatch;
import dev.difftop.assembly.Assembly;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how fast it is, for comparison with others on the same machine. */
@Command(
    name = "bench",
    description = "Measure how fast it is: median and shortest time of every case.")
public final class BenchCommand implements Callable<Integer> {
  private static final int MOST_THREADS = 256;

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

  @Option(
      names = "--products",
      paramLabel = "NAME",
      description = "Library for matrix products in float32: auto, openblas or onednn.")
  private String products;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description = "Operands of matrix products: float32, or mixed (bfloat16, sums in float32).")
  private String precision;

  BenchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    checkOptions();
    Assembly assembly = session.assembly(Optional.empty(), engineOverrides());
    List<Map<String, Object>> rows = new ArrayList<>();
    Table table = new Table("CASE", "MEDIAN MS", "SHORTEST MS", "RUNS");
    for (BenchCase one : cases(assembly)) {
      session.console().say("bench: " + one.name());
      Row row = Row.measure(one, assembly.engine(), threads, Optional.ofNullable(seconds), profile);
      Map<String, Object> document = row.document();
      row.profile().ifPresent(p -> document.put("profile", profile(p)));
      rows.add(document);
      Stopwatch.Timing timing = row.timing();
      table.row(
          one.name(), millis(timing.medianMillis()), millis(timing.minMillis()), timing.runs());
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", name);
    document.put("threads", threads);
    document.put("engine", engineOverrides());
    document.put("cases", rows);
    session.console().answer(document, table.lines());
    return 0;
  }

  private List<Map<String, Object>> profile(Profile profile) {
    List<Map<String, Object>> steps = new ArrayList<>();
    for (Profile.Step step : profile.steps()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("operation", step.what());
      one.put("us", step.micros());
      one.put("operations", step.operations());
      steps.add(one);
    }
    if (!session.console().isJson()) {
      profile.toString().lines().forEach(session.console()::say);
    }
    return steps;
  }

  /** Settings of the engine that the options name, as {@code key=value}. */
  private List<String> engineOverrides() {
    List<String> overrides = new ArrayList<>();
    if (products != null) {
      overrides.add("products=" + products);
    }
    if (precision != null) {
      overrides.add("precision=" + precision);
    }
    return overrides;
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private List<BenchCase> cases(Assembly assembly) {
    BenchSuites suites = new BenchSuites(session.plugins(), session.configurations(), assembly);
    List<BenchCase> all = suites.cases(name);
    List<BenchCase> chosen = all.stream().filter(c -> c.name().contains(text)).toList();
    if (chosen.isEmpty()) {
      throw new UsageException(
          "--case",
          "--case: no case of %s has \"%s\" in its name; there are %s"
              .formatted(name, text, all.stream().map(BenchCase::name).toList()));
    }
    return chosen;
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
}
