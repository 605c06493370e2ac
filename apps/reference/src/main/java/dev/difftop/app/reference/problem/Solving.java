package dev.difftop.app.reference.problem;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
   * @param dtype number format of the programs
   */
  public Problems read(ProblemSource source, ProblemSettings settings, DType dtype) {
    Parts parts = new Parts(assembly, configurations);
    return new Problems(ProblemFile.read(source, settings, parts, dtype));
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
   * How the problems of a file were solved.
   *
   * @param document {@code solver}, {@code adjoint}, {@code instances}, {@code time_ms}
   * @param samples number of samples in all instances
   * @param failed number of those whose solution is not finite
   */
  public record Report(Map<String, Object> document, int samples, int failed) {}

  /**
   * How solutions are differentiated.
   *
   * @param mode how the adjoint was chosen, for what it needs of the solver
   * @param options its settings
   * @param adjoint differentiates; closed by the caller
   */
  public record Differentiation(AdjointMode mode, AdjointOptions options, Adjoint adjoint) {}

  /**
   * Solves every problem and differentiates the solutions.
   *
   * @param differentiation empty for solutions without gradients
   * @param start where each solve starts; empty for the start that the problem usually has
   */
  public Report run(
      Problems problems,
      Choice<Solver> solver,
      Optional<Differentiation> differentiation,
      Optional<Start> start) {
    List<Map<String, Object>> instances = new ArrayList<>();
    double solveMillis = 0;
    double gradMillis = 0;
    int samples = 0;
    int failures = 0;
    try (Solver solving = assembly.make(solver, RandomStream.root(0))) {
      for (Instance instance : problems.instances) {
        refuse(solving, instance.problem().spec(), differentiation);
        Array guess = instance.guess(start.orElseGet(instance::usualStart));
        long begun = System.nanoTime();
        Solution solution = solving.solve(instance.problem(), guess);
        long solved = System.nanoTime();
        boolean[] failed = failed(solution);
        int count = count(failed);
        Optional<Gradients> gradients =
            count == failed.length
                ? Optional.empty()
                : differentiation.map(
                    by ->
                        by.adjoint()
                            .pullBack(instance.problem(), solution, instance.cotangents(solution)));
        solveMillis += (solved - begun) / 1e6;
        gradMillis += (System.nanoTime() - solved) / 1e6;
        samples += failed.length;
        failures += count;
        instances.add(report(instance, solution, gradients, failed));
      }
    }
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("solve", solveMillis);
    times.put("grad", differentiation.isPresent() ? gradMillis : null);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("solver", solver.plugin().name());
    out.put("adjoint", differentiation.map(by -> word(by.mode())).orElse("none"));
    out.put("instances", instances);
    out.put("time_ms", times);
    return new Report(out, samples, failures);
  }

  private static void refuse(
      Solver solver, ProblemSpec spec, Optional<Differentiation> differentiation) {
    solver
        .refusal(spec)
        .or(() -> differentiation.flatMap(by -> by.mode().prepare(solver, spec, by.options())))
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
  }

  /** Samples without a solution: a cost, an action or a derivative at the start is not finite. */
  private static boolean[] failed(Solution solution) {
    double[] actions = solution.actions().toDoubles();
    int batch = solution.status().length;
    boolean[] failed = new boolean[batch];
    for (int b = 0; b < batch; b++) {
      failed[b] = solution.status(b) == Status.NOT_FINITE || !Double.isFinite(solution.cost(b));
    }
    for (int i = 0; i < actions.length; i++) {
      failed[i / (actions.length / batch)] |= !Double.isFinite(actions[i]);
    }
    return failed;
  }

  /** Samples without a gradient: zeros in their place would look like one. */
  private static boolean[] leftOut(Gradients gradients, boolean[] failed) {
    boolean[] out = failed.clone();
    for (int b = 0; b < out.length; b++) {
      out[b] |= gradients.samples()[b].masked();
    }
    return out;
  }

  private static int count(boolean[] failed) {
    int count = 0;
    for (boolean one : failed) {
      count += one ? 1 : 0;
    }
    return count;
  }

  private static Map<String, Object> report(
      Instance instance, Solution solution, Optional<Gradients> gradients, boolean[] failed) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("status", each(instance, b -> word(solution.status(b))));
    out.put("iterations", each(instance, b -> solution.iterations()[b]));
    out.put("cost", each(instance, b -> failed[b] ? null : (Object) solution.cost(b)));
    out.put("stationarity", each(instance, b -> solution.stationarity()[b]));
    putTrajectory(out, instance, solution);
    solution
        .multipliers()
        .ifPresent(
            multipliers -> {
              out.put("violation", each(instance, b -> multipliers.violation()[b]));
              out.put("multipliers", multipliers(multipliers));
            });
    boolean complete = count(failed) == 0;
    instance.figures(solution).forEach((name, figure) -> out.put(name, complete ? figure : null));
    out.put("loss", complete ? instance.loss(solution) : null);
    instance.gradientKeys().forEach(key -> out.put(key, null));
    gradients.ifPresent(
        g -> {
          boolean[] without = leftOut(g, failed);
          if (count(without) < without.length) {
            out.putAll(instance.gradients(g, without));
          }
          out.put("gradient", each(instance, b -> diagnostics(g.samples()[b])));
        });
    return out;
  }

  private static void putTrajectory(Map<String, Object> out, Instance instance, Solution solution) {
    int batch = instance.problem().batch();
    int horizon = instance.problem().spec().horizon();
    int nu = instance.problem().spec().actionSize();
    int nx = instance.problem().spec().stateSize();
    double[] u = solution.actions().toDoubles();
    if (instance.isBatch()) {
      out.put("u", horizon == 1 ? Nested.of(u, batch, nu) : Nested.of(u, batch, horizon, nu));
      return;
    }
    out.put("u", instance.scalarActions() ? Nested.of(u, horizon) : Nested.of(u, horizon, nu));
    double[] x = solution.states().toDoubles();
    out.put("x", Nested.of(x, instance.states(), nx));
    solution.gains().ifPresent(gains -> putGains(out, gains, u, x, horizon, nu, nx));
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
    out.put("curvature", sample.curvature());
    if (sample.weights().length > 1) {
      out.put("tied", sample.isTied());
      out.put("weights", sample.weights());
    }
    return out;
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
