package dev.difftop.app.cli.train;

import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.PlanningSample;
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
 * The gradient audit of a configuration: every adjoint against differences of re-solved problems,
 * parameter by parameter, those of the encoder included.
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
      names = "--as-trained",
      description =
          "Differentiate what the solver finds with the tolerance and iterations that training"
              + " has; differences always are of solves to the end.")
  private boolean asTrained;

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
    TrainConfig settings =
        session.configurations().read(TrainConfig.class, config, overrides).value();
    Choice<Solver> tight =
        Auditor.choose(
            session.configurations(), config, overrides, asTrained ? List.of() : overrides);
    try (ImitationParts parts = new ImitationParts(settings, DType.FLOAT64);
        Solver auditor = parts.assembly().make(tight, parts.random());
        Dataset dataset = parts.assembly().make(settings.dataset(), parts.random());
        PlanningSample sample = draw(settings, parts, dataset)) {
      return audit(settings, parts, auditor, sample);
    }
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new UsageException(
          option, option + ": found " + value + ", expected a finite number above 0");
    }
  }

  private PlanningSample draw(TrainConfig settings, ImitationParts parts, Dataset dataset) {
    Demonstrations data = TrainCommand.demonstrations(parts, dataset);
    Normalizers normalizers =
        run.map(folder -> load(RunFolder.open(folder), settings, parts))
            .orElseGet(() -> Normalizers.of(data));
    return PlanningSample.draw(
        parts.model(), data, normalizers, samples, parts.random().child("gradcheck"));
  }

  /** Takes over what a run has learned in float32. */
  private static Normalizers load(RunFolder folder, TrainConfig settings, ImitationParts parts) {
    boolean averaged = settings.learning().optimizer().averaging() > 0;
    try (ImitationParts trained = new ImitationParts(settings)) {
      Normalizers normalizers = folder.load(trained.model(), averaged);
      Map<String, Array> learned = trained.model().parameters().arrays();
      parts.model().parameters().arrays().forEach((name, into) -> into.copyFrom(learned.get(name)));
      return normalizers;
    }
  }

  private int audit(
      TrainConfig settings, ImitationParts parts, Solver auditor, PlanningSample sample) {
    Solver planner = asTrained ? parts.solver() : auditor;
    Map<String, String> refused = new LinkedHashMap<>();
    Map<String, Adjoint> adjoints = adjoints(settings, parts, planner, refused);
    try {
      Solution solution = planner.solve(sample.problem());
      GradientAudit audit = new GradientAudit(sample.at(solution), auditor, entries, step);
      GradientAudit.Report report =
          audit.compare(adjoints, parts.random().child("gradcheck entries"));
      return new GradcheckReport(report, word(settings.adjoint()), tolerance)
          .answer(session.console(), solution, refused, step);
    } finally {
      adjoints.values().forEach(Adjoint::close);
    }
  }

  /** The configured adjoint first, then all others that are possible. */
  private static Map<String, Adjoint> adjoints(
      TrainConfig settings, ImitationParts parts, Solver planner, Map<String, String> refused) {
    List<AdjointMode> modes = new ArrayList<>(List.of(settings.adjoint()));
    for (AdjointMode mode : AdjointMode.values()) {
      if (mode != settings.adjoint()) {
        modes.add(mode);
      }
    }
    Map<String, Adjoint> out = new LinkedHashMap<>();
    for (AdjointMode mode : modes) {
      Optional<String> reason =
          mode.prepare(planner, parts.model().spec(), settings.adjointOptions());
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
      AdjointMode.UNROLL.prepare(planner, parts.model().spec(), settings.adjointOptions());
    }
    return out;
  }

  private static String word(AdjointMode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
