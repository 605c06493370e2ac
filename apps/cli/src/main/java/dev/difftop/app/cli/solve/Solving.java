package dev.difftop.app.cli.solve;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Choice;
import dev.difftop.app.assembly.Configurations;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.Gradients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
   * Solves every problem of a file.
   *
   * @param content what was read from the file
   * @param adjointName the word by which the adjoint was chosen
   * @param start where each solve starts
   * @param dtype number format of the programs
   * @return {@code solver}, {@code adjoint}, {@code instances}, {@code time_ms}
   */
  public Map<String, Object> run(
      Path file,
      Map<String, Object> content,
      Choice<Solver> solver,
      String adjointName,
      Adjoint adjoint,
      Start start,
      DType dtype) {
    List<Instance> problems = ProblemFile.read(file, content, assembly, configurations, dtype);
    List<Map<String, Object>> instances = new ArrayList<>();
    double solveMillis = 0;
    double gradMillis = 0;
    try (Solver solving = assembly.make(solver, RandomStream.root(0))) {
      for (Instance instance : problems) {
        solving
            .refusal(instance.problem().spec())
            .ifPresent(
                reason -> {
                  throw new IllegalArgumentException(reason);
                });
        long begun = System.nanoTime();
        Solution solution = solving.solve(instance.problem(), instance.guess(start));
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
    out.put("adjoint", adjointName);
    out.put("instances", instances);
    out.put("time_ms", Map.of("solve", solveMillis, "grad", gradMillis));
    return out;
  }

  private static Map<String, Object> report(
      Instance instance, Solution solution, Gradients gradients) {
    int horizon = instance.problem().spec().horizon();
    int nu = instance.problem().spec().actionSize();
    int nx = instance.problem().spec().stateSize();
    double[] u = solution.actions().toDoubles();
    double[] x = solution.states().toDoubles();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("status", solution.status(0).name().toLowerCase(Locale.ROOT).replace('_', '-'));
    out.put("iterations", solution.iterations()[0]);
    out.put("cost", solution.cost(0));
    out.put("stationarity", solution.stationarity()[0]);
    out.put("u", instance.scalarActions() ? Nested.of(u, horizon) : Nested.of(u, horizon, nu));
    out.put("x", Nested.of(x, instance.states(), nx));
    solution
        .gains()
        .ifPresent(
            gains -> {
              double[] feedback = gains.feedback().toDoubles();
              out.put("K", Nested.of(feedback, horizon, nu, nx));
              out.put(
                  "k", Nested.of(absolute(gains.feedforward(), feedback, u, x, nx), horizon, nu));
            });
    out.put("loss", instance.loss(solution));
    out.put("grad", instance.gradients(gradients));
    Gradients.Sample sample = gradients.samples()[0];
    out.put(
        "gradient",
        Map.of(
            "outcome", sample.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            "saturated", sample.saturated()));
    return out;
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
