package dev.difftop.app.cli.experiments;

import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.experiments.report.Experiment;
import dev.difftop.app.experiments.report.Published;
import dev.difftop.app.experiments.report.Report;
import dev.difftop.app.experiments.report.ReportSettings;
import dev.difftop.app.experiments.statistics.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the report of sweeps and runs. */
@Command(
    name = "report",
    description =
        "Write report.html, report.md, table.csv and table.tex of sweeps and runs, with intervals.")
public final class ReportCommand implements Callable<Integer> {
  private final Session session;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "[NAME=]DIR",
      description =
          "Folders that sweep or train wrote, or folders of such. Runs below folders of one NAME are"
              + " one case; without, the keys in which configurations differ make the cases.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the files go (default: the first folder).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--baseline",
      paramLabel = "CASE",
      description = "The case that the others are compared with (default: the first).")
  private Optional<String> baseline = Optional.empty();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      defaultValue = "return",
      description = "return, success-any or success-last (${DEFAULT-VALUE}).")
  private String metric;

  @Option(
      names = "--target",
      paramLabel = "SCORE",
      description =
          "Score that is considered optimal, for the optimality gap (default: none; 1 for success).")
  private Optional<Double> target = Optional.empty();

  @Option(
      names = "--published",
      paramLabel = "FILE.csv",
      description =
          "Returns of others as marks beside the learning curves; columns name,position,value.")
  private Optional<Path> published = Optional.empty();

  @Option(
      names = "--charts",
      paramLabel = "DIR",
      description = "Also write every chart as an SVG file into this folder.")
  private Optional<Path> charts = Optional.empty();

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Draws of the bootstrap (${DEFAULT-VALUE}).")
  private int draws;

  @Option(
      names = "--confidence",
      paramLabel = "C",
      defaultValue = "0.95",
      description = "Confidence of the intervals (${DEFAULT-VALUE}).")
  private double confidence;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of the bootstrap; the same seed gives the same bytes (${DEFAULT-VALUE}).")
  private long seed;

  ReportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String command =
        "difftop "
            + String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
    ReportSettings settings =
        new ReportSettings(
            metric,
            baseline,
            target.isPresent() ? OptionalDouble.of(target.get()) : OptionalDouble.empty(),
            bootstrap(),
            published.map(Published::read).orElse(List.of()),
            command);
    Map<Path, String> names = new LinkedHashMap<>();
    List<Path> folders = words.stream().map(word -> folder(word, names)).toList();
    Report report = Report.of(Experiment.read(folders).named(names), settings);
    List<Path> written = new ArrayList<>(report.write(out.orElse(folders.get(0))));
    charts.ifPresent(folder -> written.addAll(report.writeCharts(folder)));
    Map<String, Object> document = new LinkedHashMap<>(report.document());
    document.put("files", written.stream().map(Path::toString).toList());
    List<String> lines = new ArrayList<>(report.lines());
    written.forEach(file -> lines.add("wrote " + file));
    session.console().answer(document, lines);
    return 0;
  }

  /** The folder of a word, whose name is noted. A folder that is there is meant as it stands. */
  private static Path folder(String word, Map<Path, String> names) {
    int equals = word.indexOf('=');
    if (equals < 1 || Files.exists(Path.of(word))) {
      return Path.of(word);
    }
    if (equals == word.length() - 1) {
      throw new UsageException(
          "[NAME=]DIR", "[NAME=]DIR: found \"%s\", expected a folder behind it".formatted(word));
    }
    Path folder = Path.of(word.substring(equals + 1));
    names.put(folder, word.substring(0, equals));
    return folder;
  }

  private Bootstrap bootstrap() {
    try {
      return new Bootstrap(seed, draws, confidence);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--draws", "--draws, --confidence: " + e.getMessage());
    }
  }
}
