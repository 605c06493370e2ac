package dev.difftop.app.cli.solve;

import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.reference.problem.ProblemSettings;
import dev.difftop.app.reference.problem.ProblemSource;
import dev.difftop.app.reference.problem.Solving;
import dev.difftop.app.reference.problem.Start;
import dev.difftop.app.reference.problem.TightSolver;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.optimization.adjoint.BadSamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Solves the trajectory problems of a file and differentiates them. */
@Command(
    name = "solve",
    description = "Solve the trajectory problems of a file, and differentiate the solutions.")
public final class SolveCommand implements Callable<Integer> {
  private static final String OF_ADJOINT = "adjoint.";
  private static final String NONE = "none";

  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "PROBLEM",
      description = "A file of trajectory problems; - reads standard input.")
  private Path file;

  @Option(
      names = "--solver",
      paramLabel = "NAME",
      defaultValue = "gauss-newton",
      description = "See 'difftop plugins solver' (default: ${DEFAULT-VALUE}).")
  private String solver;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the solver, see 'difftop describe solver NAME'; of a tdmpc-plan problem"
              + " value=mean|min and rho=R; of a pendulum or cartpole the limits of its state, as"
              + " in state-high=[3,8], end-components=[1] end-values=[0].")
  private List<String> settings = List.of();

  @Option(
      names = "--adjoint",
      paramLabel = "NAME",
      defaultValue = "exact",
      description =
          "exact, smoothed, gauss-newton, truncated, unroll, dlm, or none for solutions without"
              + " gradients (default: ${DEFAULT-VALUE}); settings: --set adjoint.KEY=VALUE.")
  private String adjoint;

  @Option(
      names = "--start",
      paramLabel = "START",
      description =
          "zero, init, warm or base: where the solve starts (default: base where the problem has a"
              + " base policy, init where its file states other initial actions than zero, else"
              + " zero).")
  private Optional<String> start = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "float64",
      description = "float64 or float32 (default: ${DEFAULT-VALUE}).")
  private String dtype;

  /** Of a problem that says nothing about where to look for its minimum. */
  private static final int RESTARTS = 15;

  SolveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    DType numbers = word(floating(), "--dtype", dtype);
    Optional<Start> from = start.map(word -> word(List.of(Start.values()), "--start", word));
    Optional<AdjointMode> mode =
        adjoint.equals(NONE)
            ? Optional.empty()
            : Optional.of(word(List.of(AdjointMode.values()), "--adjoint", adjoint));
    Assembly assembly = session.assembly(Optional.empty());
    AdjointOptions options = ofAdjoint();
    Solving solving = new Solving(assembly, session.configurations());
    ProblemSource source = ProblemSource.of(file, System.in);
    try (Solving.Problems problems = solving.read(source, ofProblem(), numbers);
        Differentiating by = Differentiating.of(mode, options, assembly)) {
      boolean anywhere =
          problems.startAtZero(from) && mode.stream().noneMatch(AdjointMode::goesBackThroughSteps);
      Choice<Solver> choice =
          session.configurations().choose(Solver.class, solver, all(numbers, anywhere));
      Solving.Report report = solving.run(problems, choice, by.differentiation(), from);
      session.console().answer(report.document(), lines(report.document()));
      return status(report);
    }
  }

  /** What differentiates, if anything does, until the command ends. */
  private record Differentiating(Optional<Solving.Differentiation> differentiation)
      implements AutoCloseable {
    static Differentiating of(
        Optional<AdjointMode> mode, AdjointOptions options, Assembly assembly) {
      return new Differentiating(
          mode.map(
              m ->
                  new Solving.Differentiation(
                      m, options, m.make(assembly.engine(), BadSamples.KEEP, options))));
    }

    @Override
    public void close() {
      differentiation.ifPresent(by -> by.adjoint().close());
    }
  }

  /** Fails if no sample has a solution; samples without one have no loss and no gradients. */
  private int status(Solving.Report report) {
    if (report.failed() > 0) {
      session
          .console()
          .note(
              "%d of %d samples failed: their cost or its derivatives are not finite"
                  .formatted(report.failed(), report.samples()));
    }
    return report.failed() == report.samples() ? Failure.RUN_FAILED : 0;
  }

  /**
   * Tight enough for reference figures, unless the user says otherwise.
   *
   * @param mayRestart whether any minimum will do, not just the one next to the start: zero says
   *     nothing about where to look
   */
  private List<String> all(DType numbers, boolean mayRestart) {
    List<String> given =
        settings.stream().filter(s -> !isOfProblem(s) && !s.startsWith(OF_ADJOINT)).toList();
    Choice<Solver> chosen = session.configurations().choose(Solver.class, solver, given);
    boolean isCoarse = numbers == DType.FLOAT32;
    List<String> out = new ArrayList<>();
    // Without iterations the answer is the start that was asked for, not the best of several.
    boolean anywhere = mayRestart && !given.contains("max-iterations=0");
    if (anywhere && chosen.document().containsKey("random-restarts")) {
      out.add("random-restarts=" + RESTARTS);
    } else if (anywhere
        && chosen.document().get("polish") instanceof Map<?, ?> polish
        && polish.containsKey("random-restarts")) {
      out.add("polish.random-restarts=" + RESTARTS);
    }
    out.addAll(given);
    out.addAll(
        TightSolver.settings(chosen, given, isCoarse ? 1e-5 : 1e-11, isCoarse ? 1e-5 : 1e-9));
    return out;
  }

  private static boolean isOfProblem(String setting) {
    return ProblemSettings.KEYS.contains(setting.replaceAll("=.*", ""));
  }

  private AdjointOptions ofAdjoint() {
    List<String> own =
        settings.stream()
            .filter(s -> s.startsWith(OF_ADJOINT))
            .map(s -> s.substring(OF_ADJOINT.length()))
            .toList();
    return session
        .configurations()
        .parse(AdjointOptions.class, "{}", "--set adjoint", Path.of("").toAbsolutePath(), own)
        .value();
  }

  private ProblemSettings ofProblem() {
    Map<String, String> values = new LinkedHashMap<>();
    settings.stream()
        .filter(SolveCommand::isOfProblem)
        .forEach(s -> values.put(s.replaceAll("=.*", ""), s.replaceAll("^[^=]*=?", "")));
    return new ProblemSettings(values);
  }

  /** The number formats that programs are computed in. */
  private static List<DType> floating() {
    return Arrays.stream(DType.values()).filter(DType::isFloating).toList();
  }

  private static <E extends Enum<E>> E word(List<E> known, String option, String found) {
    for (E value : known) {
      if (word(value).equals(found)) {
        return value;
      }
    }
    List<String> words = new ArrayList<>(known.stream().map(SolveCommand::word).toList());
    if (option.equals("--adjoint")) {
      words.add(NONE);
    }
    throw new UsageException(option, option + ": found " + found + ", expected one of " + words);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> lines(Map<String, Object> report) {
    List<String> lines = new ArrayList<>();
    int i = 0;
    for (Object entry : (List<?>) report.get("instances")) {
      Map<?, ?> instance = (Map<?, ?>) entry;
      if (instance.get("status") instanceof List<?> samples) {
        for (int b = 0; b < samples.size(); b++) {
          lines.add(line(b, instance, b));
        }
        lines.add("loss " + instance.get("loss"));
      } else {
        lines.add(line(i++, instance, -1) + " loss " + instance.get("loss"));
      }
    }
    lines.add("");
    lines.add(
        "%s, adjoint %s; times in ms: %s; the solutions and gradients: --json"
            .formatted(report.get("solver"), report.get("adjoint"), report.get("time_ms")));
    return lines;
  }

  private static String line(int number, Map<?, ?> instance, int sample) {
    return String.format(
        Locale.ROOT,
        "%4d  %-20s %4s iterations  cost %-22s stationarity %-22s",
        number,
        figure(instance, "status", sample),
        figure(instance, "iterations", sample),
        figure(instance, "cost", sample),
        figure(instance, "stationarity", sample));
  }

  private static Object figure(Map<?, ?> instance, String name, int sample) {
    return instance.get(name) instanceof List<?> all ? all.get(sample) : instance.get(name);
  }
}
