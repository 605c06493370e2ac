package dev.difftop.app.cli.train;

import dev.difftop.api.Chosen;
import dev.difftop.api.Collaborators;
import dev.difftop.api.Parts;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.program.Engine;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.audit.AuditSample;
import dev.difftop.learning.audit.EnginePrecision;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.audit.PrecisionAudit;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.model.PlanningSample;
import dev.difftop.learning.model.TightSolver;
import dev.difftop.learning.run.Compute;
import dev.difftop.learning.run.PolicyConfig;
import dev.difftop.learning.run.RunFolder;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.TrainedPolicy;
import dev.difftop.learning.run.Training;
import dev.difftop.learning.storage.Checkpoint;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
            + " dataset, or of what a run without one has experienced; status 1 if the configured"
            + " adjoint disagrees.")
public final class GradcheckCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0..*",
      paramLabel = "CONFIG.yaml key=value",
      description = "What train reads (default: the configuration of --run), and overrides of it.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many states (${DEFAULT-VALUE}).")
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
      names = "--precision",
      description =
          "Also compare every adjoint's gradient in float32 and in mixed precision with that in"
              + " float64, at the same solution.")
  private boolean precision;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description =
          "Take the parameters of this run (default: fresh ones); without a dataset, states of its"
              + " replay and the loss that it learns from.")
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
    RunSpec spec = new Runs(session).read(config(), overrides()).value();
    RandomStream random = RandomStream.root(spec.run().seed());
    Parts parts = session.parts().withEngine(EnginePrecision.full(spec.engine()));
    if (spec.dataset().isEmpty()) {
      return checkExperience(spec, parts);
    }
    try (Dataset dataset = parts.make(spec.dataset().get(), Collaborators.of(random))) {
      LearnerContext context = context(spec, parts, Optional.of(dataset), config());
      Optional<Integer> ofLearner = checkLearner(spec, parts, context);
      return ofLearner.isPresent() ? ofLearner.get() : check(spec, context);
    }
  }

  private boolean hasConfig() {
    return !words.isEmpty() && !words.get(0).contains("=");
  }

  private Path config() {
    if (hasConfig()) {
      return Path.of(words.get(0));
    }
    return run.map(folder -> RunFolder.open(folder).config())
        .orElseThrow(
            () ->
                new UsageException(
                    "CONFIG.yaml", "gradcheck: found neither CONFIG.yaml nor --run; name one"));
  }

  private List<String> overrides() {
    return words.subList(hasConfig() ? 1 : 0, words.size());
  }

  private LearnerContext context(
      RunSpec spec, Parts parts, Optional<Dataset> dataset, Path folder) {
    return new LearnerContext(
        spec,
        parts,
        Training.signature(spec, parts, dataset),
        dataset,
        folder,
        new Compute(),
        base -> TrainedPolicy.load(base, session.parts()).release(),
        session.console()::note);
  }

  /** States and loss of a learner that acts, as its last checkpoint has them. */
  private int checkExperience(RunSpec spec, Parts parts) {
    Path there =
        run.orElseThrow(
            () ->
                new UsageException(
                    "dataset",
                    "dataset: gradcheck draws states from one, or from the replay of a run; name a"
                        + " dataset, or a run with --run"));
    // Nobody trains in it meanwhile: episodes after the checkpoint would be discarded.
    try (RunFolder folder = RunFolder.openForWriting(there)) {
      LearnerContext context = context(spec, parts, Optional.empty(), there);
      try (Learner learner = newLearner(spec, parts, context)) {
        Checkpoint.restore(folder.readableCheckpoint(), learner.state());
        RandomStream random = context.random().child("gradcheck");
        try (AuditSample sample =
            learner.auditSample(samples, random).orElseThrow(() -> nothingToCheck(spec))) {
          return check(spec, context, sample);
        }
      }
    }
  }

  /**
   * The loss of a learner whose problems the section policy alone does not make, such as one with
   * codes; empty for others.
   */
  private Optional<Integer> checkLearner(RunSpec spec, Parts parts, LearnerContext context) {
    RandomStream random = context.random().child("gradcheck");
    try (Learner learner = newLearner(spec, parts, context)) {
      Optional<AuditSample> fresh = learner.auditSample(samples, random);
      if (fresh.isEmpty()) {
        return Optional.empty();
      }
      fresh.get().close();
      run.ifPresent(
          folder ->
              Checkpoint.restore(RunFolder.open(folder).readableCheckpoint(), learner.state()));
      try (AuditSample sample = learner.auditSample(samples, random).orElseThrow()) {
        return Optional.of(check(spec, context, sample));
      }
    }
  }

  private static Learner newLearner(RunSpec spec, Parts parts, LearnerContext context) {
    Collaborators all =
        Collaborators.of(context.shapes(), context.random())
            .offering(LearnerContext.class, context);
    return parts.make(spec.learner(), all);
  }

  private UsageException nothingToCheck(RunSpec spec) {
    return new UsageException(
        "--run",
        "--run: no gradient of learner %s goes through a planner here: it has no experience yet,"
                .formatted(spec.learner().name())
            + " or its gradient through the plan has weight 0");
  }

  private int check(RunSpec spec, LearnerContext context) {
    Demonstrations data = Demonstrations.of(context);
    PlanningModel model = context.newPlanningModel(DType.FLOAT64);
    Normalizers normalizers =
        run.map(
                folder -> {
                  PolicyState saved =
                      Checkpoint.policy(RunFolder.open(folder).readableCheckpoint());
                  model.parameters().load(saved);
                  return saved.normalizers();
                })
            .orElseGet(() -> Normalizers.of(data));
    try (AuditSample sample =
        PlanningSample.draw(
            model, data, normalizers, samples, context.random().child("gradcheck"))) {
      return check(spec, context, sample);
    }
  }

  private int check(RunSpec spec, LearnerContext context, AuditSample sample) {
    List<String> kept =
        asTrained
            ? List.of()
            : overrides().stream()
                .map(o -> o.replaceFirst("^(policy\\.)?solver\\.", "").replaceFirst("=.*", ""))
                .toList();
    Chosen<Solver> choice = sample.solver().orElse(spec.policy().solver());
    Chosen<Solver> tight =
        TightSolver.of(choice, kept, TightSolver.TOLERANCE, TightSolver.TOLERANCE);
    ProblemSpec problem = sample.problem().spec();
    try (Solver auditor = context.newSolver(tight, problem);
        Solver trained = context.newSolver(choice, problem)) {
      return audit(spec, context, asTrained ? trained : auditor, auditor, sample);
    }
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new UsageException(
          option, option + ": found " + value + ", expected a finite number above 0");
    }
  }

  private int audit(
      RunSpec spec, LearnerContext context, Solver planner, Solver auditor, AuditSample sample) {
    PolicyConfig policy = spec.policy();
    Map<String, String> refused = new LinkedHashMap<>();
    ProblemSpec problem = sample.problem().spec();
    Map<String, Adjoint> adjoints = adjoints(policy, context, problem, planner, refused);
    try {
      Solution solution = planner.solve(sample.problem());
      GradientAudit audit = new GradientAudit(sample.at(solution), auditor, entries, step);
      GradientAudit.Report report =
          audit.compare(adjoints, context.random().child("gradcheck entries"));
      List<PrecisionAudit.Row> rounding =
          precision ? rounding(spec, sample.at(solution), adjoints) : List.of();
      return new GradcheckReport(report, rounding, word(policy.adjoint()), tolerance)
          .answer(session.console(), solution, refused, step);
    } finally {
      adjoints.values().forEach(Adjoint::close);
    }
  }

  /** Gradients in every precision of the engine, of the adjoints that need no recorded steps. */
  private List<PrecisionAudit.Row> rounding(
      RunSpec spec, GradientAudit.Subject subject, Map<String, Adjoint> adjoints) {
    PrecisionAudit audit = new PrecisionAudit(subject);
    List<PrecisionAudit.Row> rows = new ArrayList<>();
    new TreeMap<>(EnginePrecision.all(spec.engine()))
        .forEach(
            (name, chosen) -> {
              Engine engine = session.parts().withEngine(chosen).engine();
              for (AdjointMode mode : AdjointMode.values()) {
                if (mode.goesBackThroughSteps() || !adjoints.containsKey(word(mode))) {
                  continue;
                }
                try (Adjoint adjoint =
                    mode.make(engine, BadSamples.KEEP, spec.policy().adjointOptions())) {
                  rows.add(audit.compare(word(mode), name, adjoints.get(word(mode)), adjoint));
                }
              }
            });
    return rows;
  }

  /** The configured adjoint first, then all others that are possible. */
  private static Map<String, Adjoint> adjoints(
      PolicyConfig policy,
      LearnerContext context,
      ProblemSpec problem,
      Solver planner,
      Map<String, String> refused) {
    List<AdjointMode> modes = new ArrayList<>(List.of(policy.adjoint()));
    for (AdjointMode mode : AdjointMode.values()) {
      if (mode != policy.adjoint()) {
        modes.add(mode);
      }
    }
    Map<String, Adjoint> out = new LinkedHashMap<>();
    for (AdjointMode mode : modes) {
      Optional<String> reason = mode.prepare(planner, problem, policy.adjointOptions());
      if (reason.isPresent()) {
        refused.put(word(mode), reason.get());
      } else {
        out.put(word(mode), mode.make(context.engine(), BadSamples.KEEP, policy.adjointOptions()));
      }
    }
    // Back through all steps needs all; back through a few takes the last of them.
    if (out.containsKey(word(AdjointMode.UNROLL))) {
      AdjointMode.UNROLL.prepare(planner, problem, policy.adjointOptions());
    }
    return out;
  }

  private static String word(AdjointMode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
