package dev.difftop.app.cli.solve;

import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.reference.problem.ProblemSettings;
import dev.difftop.app.reference.problem.Solving;
import dev.difftop.app.reference.problem.Start;
import dev.difftop.app.reference.problem.TightSolver;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
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

/** Solves the trajectory problems of a file and differentiates them. */
@Command(
    name = "solve",
    description = "Solve the trajectory problems of a file, and differentiate the solutions.")
public final class SolveCommand implements Callable<Integer> {
  private static final String OF_ADJOINT = "adjoint.";

  private final Session session;

  @Parameters(index = "0", paramLabel = "PROBLEM", description = "A file of trajectory problems.")
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
          "exact, smoothed, gauss-newton, truncated, unroll or dlm (default: ${DEFAULT-VALUE});"
              + " settings: --set adjoint.KEY=VALUE.")
  private String adjoint;

  @Option(
      names = "--start",
      paramLabel = "START",
      description =
          "zero, warm or base: where the solve starts (default: base where the problem has a base"
              + " policy, else zero).")
  private Optional<String> start = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "float64",
      description = "float64 or float32 (default: ${DEFAULT-VALUE}).")
  private String dtype;

  /** Of a problem that says nothing about where to look for its minimum. */
  private static final int ATTEMPTS = 16;

  SolveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    DType numbers = word(DType.class, "--dtype", dtype);
    Optional<Start> from = start.map(word -> word(Start.class, "--start", word));
    AdjointMode mode = word(AdjointMode.class, "--adjoint", adjoint);
    Assembly assembly = session.assembly(Optional.empty());
    AdjointOptions options = ofAdjoint();
    Solving solving = new Solving(assembly, session.configurations());
    try (Solving.Problems problems = solving.read(file, ofProblem(), Json::read, numbers);
        Adjoint differentiating = mode.make(assembly.engine(), BadSamples.KEEP, options)) {
      List<String> own = all(numbers, problems.startAtZero(from) && !mode.goesBackThroughSteps());
      Choice<Solver> choice = session.configurations().choose(Solver.class, solver, own);
      Map<String, Object> report =
          solving.run(problems, choice, mode, options, differentiating, from);
      session.console().answer(report, lines(report));
    }
    return 0;
  }

  /**
   * Tight enough for reference figures, unless the user says otherwise.
   *
   * @param anywhere whether any minimum will do, not just the one next to the start: zero says
   *     nothing about where to look
   */
  private List<String> all(DType numbers, boolean anywhere) {
    List<String> given =
        settings.stream().filter(s -> !isOfProblem(s) && !s.startsWith(OF_ADJOINT)).toList();
    Choice<Solver> chosen = session.configurations().choose(Solver.class, solver, given);
    boolean isCoarse = numbers == DType.FLOAT32;
    List<String> out = new ArrayList<>();
    if (anywhere && chosen.document().containsKey("attempts")) {
      out.add("attempts=" + ATTEMPTS);
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

  private static <E extends Enum<E>> E word(Class<E> type, String option, String found) {
    for (E value : type.getEnumConstants()) {
      if (word(value).equals(found)) {
        return value;
      }
    }
    List<String> known =
        java.util.Arrays.stream(type.getEnumConstants()).map(SolveCommand::word).toList();
    throw new UsageException(option, option + ": found " + found + ", expected one of " + known);
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
