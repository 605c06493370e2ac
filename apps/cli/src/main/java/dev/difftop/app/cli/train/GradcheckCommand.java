package dev.difftop.app.cli.train;

import dev.difftop.api.DType;
import dev.difftop.api.Dataset;
import dev.difftop.app.assembly.KeyDescription;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.learning.AdjointMode;
import dev.difftop.learning.GradientAudit;
import dev.difftop.learning.Normalizers;
import dev.difftop.learning.PlanningSample;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import java.nio.file.Path;
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

/**
 * The gradient audit of a configuration: every adjoint against differences of re-solved problems.
 */
@Command(
    name = "gradcheck",
    description =
        "Compare every adjoint with differences of re-solved problems, on sampled states of the"
            + " dataset; status 1 if the configured adjoint disagrees.")
public final class GradcheckCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "CONFIG.yaml", description = "What train reads.")
  private Path config;

  @Parameters(index = "1..*", paramLabel = "key=value", description = "Overrides of it.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many states of the dataset (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--entries",
      paramLabel = "N",
      defaultValue = "6",
      description = "How many entries of every parameter (${DEFAULT-VALUE}).")
  private int entries;

  @Option(
      names = "--step",
      paramLabel = "H",
      defaultValue = "1e-6",
      description = "By how much an entry is moved, relative to 1 + its size (${DEFAULT-VALUE}).")
  private double step;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "1e-2",
      description = "How far cosine and ratio may be from 1 (${DEFAULT-VALUE}).")
  private double tolerance;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Take the parameters of this run (default: fresh ones).")
  private Optional<Path> run = Optional.empty();

  GradcheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    requirePositive("--samples", samples);
    requirePositive("--entries", entries);
    requirePositive("--step", step);
    requirePositive("--tolerance", tolerance);
    TrainConfig settings = readTight();
    try (ImitationParts parts = new ImitationParts(settings, DType.FLOAT64);
        Dataset dataset = parts.assembly().make(settings.dataset(), parts.random())) {
      return audit(settings, parts, dataset);
    }
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0)) {
      throw new UsageException(option, option + ": found " + value + ", expected above 0");
    }
  }

  /** The configuration with a tolerance that differences need, unless the user sets another. */
  private TrainConfig readTight() {
    TrainConfig first = session.configurations().read(TrainConfig.class, config, overrides).value();
    List<String> keys =
        first.solver().plugin().schema().describeKeys().stream().map(KeyDescription::key).toList();
    List<String> all = new ArrayList<>();
    // A solver around another hands them to that one.
    String place = keys.contains("polish") ? "polish." : keys.contains("inner") ? "inner." : "";
    if (!place.isEmpty() || keys.contains("tolerance")) {
      all.add("solver." + place + "tolerance=1e-11");
    }
    if (!place.isEmpty() || keys.contains("max-iterations")) {
      all.add("solver." + place + "max-iterations=500");
    }
    if (keys.contains("violation")) {
      all.add("solver.violation=1e-11");
    }
    all.addAll(overrides);
    return session.configurations().read(TrainConfig.class, config, all).value();
  }

  private int audit(TrainConfig settings, ImitationParts parts, Dataset dataset) {
    var data = TrainCommand.demonstrations(parts, dataset);
    boolean averaged = settings.learning().optimizer().averaging() > 0;
    Normalizers normalizers =
        run.map(folder -> RunFolder.open(folder).load(parts.model(), averaged))
            .orElseGet(() -> Normalizers.of(data));
    PlanningSample sample =
        PlanningSample.draw(
            parts.model(), data, normalizers, samples, parts.random().child("gradcheck"));
    Map<String, String> refused = new LinkedHashMap<>();
    Map<String, Adjoint> adjoints = adjoints(settings, parts, refused);
    try {
      GradientAudit audit =
          new GradientAudit(
              sample.problem(),
              parts.solver(),
              sample.weights(parts.solver().solve(sample.problem())),
              entries,
              step);
      List<GradientAudit.Row> rows =
          audit.compare(adjoints, parts.random().child("gradcheck entries"));
      return report(word(settings.adjoint()), audit, rows, refused);
    } finally {
      adjoints.values().forEach(Adjoint::close);
    }
  }

  /** The configured adjoint first, then all others that are possible. */
  private static Map<String, Adjoint> adjoints(
      TrainConfig settings, ImitationParts parts, Map<String, String> refused) {
    List<AdjointMode> modes = new ArrayList<>(List.of(settings.adjoint()));
    for (AdjointMode mode : AdjointMode.values()) {
      if (mode != settings.adjoint()) {
        modes.add(mode);
      }
    }
    Map<String, Adjoint> out = new LinkedHashMap<>();
    for (AdjointMode mode : modes) {
      Optional<String> reason =
          mode.prepare(parts.solver(), parts.model().spec(), settings.adjointOptions());
      if (reason.isPresent()) {
        refused.put(word(mode), reason.get());
      } else {
        out.put(
            word(mode),
            mode.make(parts.assembly().engine(), BadSamples.KEEP, settings.adjointOptions()));
      }
    }
    // Back through all steps needs all; back through a few takes the last of them.
    if (out.containsKey(word(AdjointMode.UNROLL))) {
      AdjointMode.UNROLL.prepare(parts.solver(), parts.model().spec(), settings.adjointOptions());
    }
    return out;
  }

  private int report(
      String configured,
      GradientAudit audit,
      List<GradientAudit.Row> rows,
      Map<String, String> refused) {
    boolean ok =
        rows.stream()
            .filter(row -> row.adjoint().equals(configured))
            .allMatch(row -> row.isGood(tolerance));
    Table table = new Table("block", "adjoint", "entries", "cosine", "ratio");
    List<Map<String, Object>> documents = new ArrayList<>();
    for (GradientAudit.Row row : rows) {
      table.row(
          row.block(),
          row.adjoint(),
          row.entries(),
          String.format(Locale.ROOT, "%.6f", row.cosine()),
          String.format(Locale.ROOT, "%.6f", row.ratio()));
      documents.add(document(row));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    refused.values().forEach(lines::add);
    lines.add(
        "%s: cosine and ratio are %swithin %s of 1"
            .formatted(configured, ok ? "" : "NOT ", tolerance));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("adjoint", configured);
    document.put("samples", samples);
    document.put("step", step);
    document.put("converged", audit.solution().convergedShare());
    document.put("blocks", documents);
    document.put("refused", refused);
    document.put("ok", ok);
    session.console().answer(document, lines);
    return ok ? 0 : Failure.CHECK_FAILED;
  }

  private static Map<String, Object> document(GradientAudit.Row row) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("block", row.block());
    out.put("adjoint", row.adjoint());
    out.put("entries", row.entries());
    out.put("cosine", row.cosine());
    out.put("ratio", row.ratio());
    return out;
  }

  private static String word(AdjointMode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
