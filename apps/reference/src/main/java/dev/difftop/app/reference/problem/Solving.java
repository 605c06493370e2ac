package dev.difftop.app.reference.problem;

import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Configurations;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Gradients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Solves and differentiates the problems of a file, and reports in the form that is promised. */
public final class Solving {
  private final Assembly assembly;
  private final Configurations configurations;

  /** With the plugins to choose from. */
  public Solving(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
  }

  /**
   * Reads every problem of a file.
   *
   * @param settings what the user sets of the problem
   * @param json reads the file as a JSON object, if that is what it is
   * @param dtype number format of the programs
   */
  public Problems read(
      Path file, ProblemSettings settings, Function<Path, Map<String, Object>> json, DType dtype) {
    Parts parts = new Parts(assembly, configurations);
    return new Problems(ProblemFile.read(file, settings, json, parts, dtype));
  }

  /** The problems of a file. */
  public static final class Problems implements AutoCloseable {
    private final List<Instance> instances;

    private Problems(List<Instance> instances) {
      this.instances = instances;
    }

    /** Whether all of them are solved from zero, given what the user says of the start. */
    public boolean startAtZero(Optional<Start> start) {
      return instances.stream().allMatch(i -> start.orElseGet(i::usualStart) == Start.ZERO);
    }

    @Override
    public void close() {
      instances.forEach(Instance::close);
    }
  }

  /**
   * Solves every problem and differentiates the solutions.
   *
   * @param mode how the adjoint was chosen, for what it needs of the solver
   * @param start where each solve starts; empty for the start that the problem usually has
   * @return {@code solver}, {@code adjoint}, {@code instances}, {@code time_ms}
   */
  public Map<String, Object> run(
      Problems problems,
      Choice<Solver> solver,
      AdjointMode mode,
      AdjointOptions options,
      Adjoint adjoint,
      Optional<Start> start) {
    List<Map<String, Object>> instances = new ArrayList<>();
    double solveMillis = 0;
    double gradMillis = 0;
    try (Solver solving = assembly.make(solver, RandomStream.root(0))) {
      for (Instance instance : problems.instances) {
        solving
            .refusal(instance.problem().spec())
            .or(() -> mode.prepare(solving, instance.problem().spec(), options))
            .ifPresent(
                reason -> {
                  throw new IllegalArgumentException(reason);
                });
        Array guess = instance.guess(start.orElseGet(instance::usualStart));
        long begun = System.nanoTime();
        Solution solution = solving.solve(instance.problem(), guess);
        long solved = System.nanoTime();
        Gradients gradients =
            adjoint.pullBack(instance.problem(), solution, instance.cotangents(solution));
        solveMillis += (solved - begun) / 1e6;
        gradMillis += (System.nanoTime() - solved) / 1e6;
        instances.add(report(instance, solution, gradients));
      }
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("solver", solver.plugin().name());
    out.put("adjoint", word(mode));
    out.put("instances", instances);
    out.put("time_ms", Map.of("solve", solveMillis, "grad", gradMillis));
    return out;
  }

  private static Map<String, Object> report(
      Instance instance, Solution solution, Gradients gradients) {
    int batch = instance.problem().batch();
    int horizon = instance.problem().spec().horizon();
    int nu = instance.problem().spec().actionSize();
    int nx = instance.problem().spec().stateSize();
    double[] u = solution.actions().toDoubles();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("status", each(instance, b -> word(solution.status(b))));
    out.put("iterations", each(instance, b -> solution.iterations()[b]));
    out.put("cost", each(instance, solution::cost));
    out.put("stationarity", each(instance, b -> solution.stationarity()[b]));
    if (instance.isBatch()) {
      out.put("u", horizon == 1 ? Nested.of(u, batch, nu) : Nested.of(u, batch, horizon, nu));
    } else {
      out.put("u", instance.scalarActions() ? Nested.of(u, horizon) : Nested.of(u, horizon, nu));
      double[] x = solution.states().toDoubles();
      out.put("x", Nested.of(x, instance.states(), nx));
      solution.gains().ifPresent(gains -> putGains(out, gains, u, x, horizon, nu, nx));
    }
    solution
        .multipliers()
        .ifPresent(
            multipliers -> {
              out.put("violation", each(instance, b -> multipliers.violation()[b]));
              out.put("multipliers", multipliers(multipliers));
            });
    out.putAll(instance.figures(solution));
    out.put("loss", instance.loss(solution));
    out.putAll(instance.gradients(gradients));
    out.put("gradient", each(instance, b -> diagnostics(gradients.samples()[b])));
    return out;
  }

  private static Map<String, Object> multipliers(Solution.Multipliers multipliers) {
    Map<String, Object> out = new LinkedHashMap<>();
    Array stages = multipliers.stages();
    out.put("stages", Nested.of(stages.toDoubles(), stages.shape().dims()));
    out.put("last", Nested.of(multipliers.last().toDoubles(), multipliers.last().shape().dims()));
    return out;
  }

  private static Map<String, Object> diagnostics(Gradients.Sample sample) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("outcome", word(sample.outcome()));
    out.put("saturated", sample.saturated());
    out.put("curvature", finiteOrNull(sample.curvature()));
    if (sample.weights().length > 1) {
      out.put("tied", sample.isTied());
      out.put("weights", sample.weights());
    }
    return out;
  }

  /** JSON has no infinity, which says that nothing is free, and no NaN, which says not known. */
  private static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** A figure of the one sample, or the list of it over a batch. */
  private static Object each(Instance instance, IntFunction<Object> figure) {
    return instance.isBatch()
        ? IntStream.range(0, instance.problem().batch()).mapToObj(figure).toList()
        : figure.apply(0);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void putGains(
      Map<String, Object> out,
      Solution.Gains gains,
      double[] u,
      double[] x,
      int horizon,
      int nu,
      int nx) {
    double[] feedback = gains.feedback().toDoubles();
    out.put("K", Nested.of(feedback, horizon, nu, nx));
    out.put("k", Nested.of(absolute(gains.feedforward(), feedback, u, x, nx), horizon, nu));
  }

  /** The k of {@code u = K x + k}, from that of {@code u = u_t + k + K (x - x_t)}. */
  private static double[] absolute(
      Array feedforward, double[] feedback, double[] u, double[] x, int nx) {
    double[] k = feedforward.toDoubles();
    int nu = feedback.length / nx / (x.length / nx - 1);
    for (int i = 0; i < k.length; i++) {
      k[i] += u[i];
      for (int j = 0; j < nx; j++) {
        k[i] -= feedback[i * nx + j] * x[i / nu * nx + j];
      }
    }
    return k;
  }
}
