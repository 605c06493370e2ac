package dev.difftop.app.cli.solve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Deadline;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Feasibility;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on states: every solver that takes them, beside truths found otherwise. */
final class LimitedProblemsTest {
  private static final Configurations CONFIGURATIONS = new Configurations(Plugins.discover());
  private static final Assembly ND4J =
      new Assembly(CONFIGURATIONS.choose(Engine.class, "nd4j", List.of()));
  private static final AdjointOptions OPTIONS =
      new AdjointOptions(1e-3, 5, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1);
  private static final int H = 10;

  private static Solver solver(String name, String... settings) {
    return ND4J.make(
        CONFIGURATIONS.choose(Solver.class, name, List.of(settings)), RandomStream.root(3));
  }

  private static Solver around(String inner, String... more) {
    List<String> settings = new ArrayList<>(List.of("inner=" + inner));
    if (!inner.equals("hybrid")) {
      settings.add("inner.tolerance=1e-11");
      settings.add("inner.max-iterations=500");
    } else {
      settings.add("inner.polish.tolerance=1e-11");
    }
    settings.addAll(List.of(more));
    return solver("augmented-lagrangian", settings.toArray(String[]::new));
  }

  /** A pendulum near the top that is not to turn too fast, and is to end at rest. */
  private static Problem pendulum(double fastest, DType dtype) {
    Shapes shapes = new Shapes(Map.of(), 1, 2);
    Dynamics dynamics =
        ND4J.make(
            CONFIGURATIONS.choose(Dynamics.class, "pendulum", List.of()),
            shapes,
            RandomStream.root(0));
    Cost cost =
        ND4J.make(
            CONFIGURATIONS.choose(
                Cost.class,
                "limited",
                List.of(
                    "cost=pendulum-swingup",
                    "state-low=[-.inf,-1]",
                    "state-high=[.inf,1]",
                    "end-components=[1]",
                    "end-values=[0]",
                    "learned=true",
                    "penalty=500")),
            shapes,
            RandomStream.root(0));
    ProblemSpec spec = new ProblemSpec(dynamics, cost, H, 0.97, 0.01);
    Map<String, Array> parameters = new LinkedHashMap<>();
    double[] theta = {10, 1, 1, 1, 1, 0.1, 0.05};
    int i = 0;
    for (String name : spec.parameters().keySet()) {
      if (name.endsWith("-low") || name.endsWith("-high")) {
        parameters.put(
            name, Array.of(new double[] {name.endsWith("-low") ? -fastest : fastest}, 1));
      } else if (name.endsWith("-values")) {
        parameters.put(name, Array.of(new double[] {0}, 1));
      } else {
        parameters.put(name, Array.scalar(theta[i++]));
      }
    }
    Array x0 = Array.of(new double[] {0.5, 0.1, -0.4, 0.3, 0.02, 0, 0.3, -0.2}, 4, 2);
    return new Problem(spec, dtype, x0, filled(-6), filled(6), Map.of(), parameters);
  }

  private static Array filled(double value) {
    Array out = Array.zeros(DType.FLOAT64, Shape.of(H, 1));
    out.fill(value);
    return out;
  }

  private static Problem with(Problem p, String leaf, int entry, double by) {
    Map<String, Array> parameters = new LinkedHashMap<>(p.parameters());
    parameters.computeIfPresent(leaf, (name, old) -> moved(old, entry, by));
    return new Problem(
        p.spec(),
        p.dtype(),
        leaf.equals("x0") ? moved(p.initialState(), entry, by) : p.initialState(),
        leaf.equals("low") ? moved(p.low(), entry, by) : p.low(),
        leaf.equals("high") ? moved(p.high(), entry, by) : p.high(),
        p.context(),
        parameters);
  }

  private static Array moved(Array old, int entry, double by) {
    Array out = old.as(DType.FLOAT64);
    out.set(entry, out.get(entry) + by);
    return out;
  }

  private static double[] weights(int n) {
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = Math.cos(0.7 * i + 0.2);
    }
    return weights;
  }

  private static double loss(Solver solver, Problem problem, Array guess) {
    double[] u = solver.solve(problem, guess).actions().toDoubles();
    double[] weights = weights(u.length);
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += weights[i] * u[i];
    }
    return sum;
  }

  private static double difference(Solver solver, Problem p, String leaf, int entry, Array guess) {
    double h = 1e-4;
    double near =
        loss(solver, with(p, leaf, entry, h), guess)
            - loss(solver, with(p, leaf, entry, -h), guess);
    double far =
        loss(solver, with(p, leaf, entry, 2 * h), guess)
            - loss(solver, with(p, leaf, entry, -2 * h), guess);
    return (8 * near - far) / (12 * h);
  }

  private static Gradients pullBack(
      Engine engine, AdjointMode mode, BadSamples policy, Problem p, Solution solution) {
    try (Adjoint adjoint = mode.make(engine, policy, OPTIONS)) {
      return adjoint.pullBack(
          p, solution, Cotangents.ofActions(weights(solution.actions().size())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ilqr", "gauss-newton", "lbfgs", "hybrid"})
  void gradientsAroundEverySolverAreThoseOfSolvesAgain(String inner) {
    Problem problem = pendulum(0.4, DType.FLOAT64);
    try (Solver solver = around(inner, "violation=1e-12");
        Solver precise = around("ilqr", "violation=1e-12");
        Feasibility feasibility = new Feasibility(ND4J.engine())) {
      Solution solution = solver.solve(problem);
      for (int b = 0; b < problem.batch(); b++) {
        assertEquals(Status.CONVERGED, solution.status(b), "sample " + b);
        assertTrue(feasibility.violations(problem, solution.actions())[b] <= 1e-8);
      }
      assertTrue(activeShare(solution) > 0, "no limit is active");
      Gradients g = pullBack(ND4J.engine(), AdjointMode.EXACT, BadSamples.FAIL, problem, solution);
      Map<String, Array> found = new LinkedHashMap<>(g.parameters());
      found.put("x0", g.initialState());
      found.forEach(
          (leaf, gradient) -> {
            double scale = 0.05;
            for (double v : gradient.toDoubles()) {
              scale = Math.max(scale, Math.abs(v));
            }
            double expected = difference(precise, problem, leaf, 0, solution.actions());
            assertEquals(expected, gradient.get(0), 1e-6 * scale, leaf);
          });
      for (int t = 0; t < H; t++) {
        double low = 0;
        for (int b = 0; b < problem.batch(); b++) {
          low += g.low().get(b * H + t);
        }
        double expected = difference(precise, problem, "low", t, solution.actions());
        assertEquals(expected, low, 1e-6 * (1 + Math.abs(low)), "low " + t);
      }
    }
  }

  private static double activeShare(Solution solution) {
    double[] mu = solution.multipliers().orElseThrow().stages().toDoubles();
    int active = 0;
    for (double m : mu) {
      assertTrue(m >= 0, "multiplier of an inequality: " + m);
      active += m > 1e-6 ? 1 : 0;
    }
    return active / (double) mu.length;
  }

  /** The exact penalty and the multipliers find the same, and the adjoint needs neither. */
  @Test
  void multipliersAndExactPenaltyAgree() {
    Problem problem = pendulum(0.4, DType.FLOAT64);
    try (Solver multipliers = around("ilqr");
        Solver penalty = solver("lbfgs", "tolerance=1e-10", "max-iterations=2000", "memory=20")) {
      Solution first = multipliers.solve(problem);
      Solution second = penalty.solve(problem, first.actions());
      assertArrayEquals(first.actions().toDoubles(), second.actions().toDoubles(), 1e-6);
      Gradients one = pullBack(ND4J.engine(), AdjointMode.EXACT, BadSamples.KEEP, problem, first);
      Gradients two = pullBack(ND4J.engine(), AdjointMode.EXACT, BadSamples.KEEP, problem, second);
      one.parameters()
          .forEach(
              (name, array) ->
                  assertEquals(
                      array.get(0),
                      two.parameters().get(name).get(0),
                      1e-4 * (1 + Math.abs(array.get(0))),
                      name));
      double[] reported = first.multipliers().orElseThrow().stages().toDoubles();
      double[] found = one.samples()[0].multipliers();
      for (int j = 0; j < 2 * H; j++) {
        assertEquals(reported[j], found[j], 1e-6 * (1 + Math.abs(found[j])), "multiplier " + j);
      }
    }
  }

  /**
   * Minimum of a double integrator's energy from place to place: the dense KKT system in closed
   * form.
   */
  @Test
  void anEqualityOnALinearQuadraticProblemIsItsKktSystem() {
    Shapes shapes = new Shapes(Map.of(), 1, 2);
    Dynamics dynamics =
        ND4J.make(
            CONFIGURATIONS.choose(Dynamics.class, "linear-time-varying", List.of("stages=" + H)),
            shapes,
            RandomStream.root(0));
    Cost cost =
        ND4J.make(
            CONFIGURATIONS.choose(
                Cost.class,
                "limited",
                List.of(
                    "cost={plugin: quadratic, stages: " + H + "}",
                    "end-components=[0,1]",
                    "end-values=[1,0]",
                    "learned=true")),
            shapes,
            RandomStream.root(0));
    ProblemSpec spec = new ProblemSpec(dynamics, cost, H, 1);
    double dt = 0.1;
    double[] f = new double[H * 6];
    double[] c = new double[H * 9];
    for (int t = 0; t < H; t++) {
      System.arraycopy(new double[] {1, dt, 0, 0, 1, dt}, 0, f, t * 6, 6);
      c[t * 9 + 8] = 1;
    }
    Map<String, Array> context = new LinkedHashMap<>();
    context.put("F", Array.of(f, 1, H, 2, 3));
    context.put("f", Array.of(new double[H * 2], 1, H, 2));
    context.put("C", Array.of(c, 1, H, 3, 3));
    context.put("c", Array.of(new double[H * 3], 1, H, 3));
    Problem problem =
        new Problem(
            spec,
            DType.FLOAT64,
            Array.of(new double[2], 1, 2),
            filled(Double.NEGATIVE_INFINITY),
            filled(Double.POSITIVE_INFINITY),
            context,
            Map.of("cost/end-values", Array.of(new double[] {1, 0}, 2)));
    // min 1/2 |u|² with G u = e: u = Gᵀ (G Gᵀ)⁻¹ e, multipliers -(G Gᵀ)⁻¹ e.
    double[][] g = new double[2][H];
    double[][] gg = new double[2][2];
    for (int t = 0; t < H; t++) {
      g[0][t] = dt * dt * (H - 1 - t);
      g[1][t] = dt;
    }
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        for (int t = 0; t < H; t++) {
          gg[i][j] += g[i][t] * g[j][t];
        }
      }
    }
    double determinant = gg[0][0] * gg[1][1] - gg[0][1] * gg[1][0];
    double[] y = {gg[1][1] / determinant, -gg[1][0] / determinant};
    try (Solver solver = around("ilqr")) {
      Solution solution = solver.solve(problem);
      assertEquals(Status.CONVERGED, solution.status(0));
      double[] u = solution.actions().toDoubles();
      double byGoal = 0;
      for (int t = 0; t < H; t++) {
        assertEquals(g[0][t] * y[0] + g[1][t] * y[1], u[t], 1e-8, "u " + t);
        byGoal += weights(H)[t] * (g[0][t] * y[0] + g[1][t] * y[1]);
      }
      double[] mu = solution.multipliers().orElseThrow().last().toDoubles();
      assertArrayEquals(new double[] {-y[0], -y[1]}, mu, 1e-6);
      Gradients found =
          pullBack(ND4J.engine(), AdjointMode.EXACT, BadSamples.FAIL, problem, solution);
      assertEquals(byGoal, found.parameters().get("cost/end-values").get(0), 1e-8);
    }
  }

  static Stream<Arguments> table() {
    List<Arguments> out = new ArrayList<>();
    for (Engine engine : List.of(ND4J.engine(), new Interpreter())) {
      for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
        for (String solver : List.of("ilqr", "gauss-newton", "lbfgs", "mppi")) {
          out.add(Arguments.of(engine, dtype, solver));
        }
      }
    }
    return out.stream();
  }

  /** No pair of solver and adjoint throws; what is impossible is refused with a reason. */
  @ParameterizedTest
  @MethodSource("table")
  void everyAdjointAndPolicyTakesOrRefusesEverySample(Engine engine, DType dtype, String inner) {
    boolean coarse = dtype == DType.FLOAT32;
    List<String> settings = new ArrayList<>(List.of("inner=" + inner, "max-rounds=12"));
    settings.add(coarse ? "violation=1e-4" : "violation=1e-9");
    if (!inner.equals("mppi")) {
      settings.add(coarse ? "inner.tolerance=1e-3" : "inner.tolerance=1e-9");
    }
    Problem problem = pendulum(0.4, dtype);
    // One sample starts beyond hope, another nowhere.
    Array x0 = problem.initialState().as(DType.FLOAT64);
    x0.set(4, Double.NaN);
    x0.set(7, 40);
    Problem spoiled =
        new Problem(
            problem.spec(),
            dtype,
            x0,
            problem.low(),
            problem.high(),
            Map.of(),
            problem.parameters());
    try (Solver solver = solver("augmented-lagrangian", settings.toArray(String[]::new))) {
      Solution solution = solver.solve(spoiled);
      assertEquals(Status.NOT_FINITE, solution.status(2));
      assertFalse(solution.status(3).isConverged());
      if (!inner.equals("mppi")) {
        assertEquals(Status.CONVERGED, solution.status(0));
        assertEquals(Status.CONVERGED, solution.status(1));
        assertEquals(Status.INFEASIBLE, solution.status(3));
      }
      for (AdjointMode mode : AdjointMode.values()) {
        if (mode.prepare(solver, spoiled.spec(), OPTIONS).isPresent()) {
          assertTrue(mode != AdjointMode.EXACT && mode != AdjointMode.SMOOTHED, "refused " + mode);
          continue;
        }
        for (BadSamples policy : List.of(BadSamples.KEEP, BadSamples.MASK, BadSamples.TRUNCATED)) {
          Gradients g = pullBack(engine, mode, policy, spoiled, solution);
          for (Array array : g.parameters().values()) {
            for (double v : array.toDoubles()) {
              assertTrue(Double.isFinite(v), mode + " " + policy);
            }
          }
          assertTrue(g.samples()[2].masked());
          assertEquals(
              policy == BadSamples.MASK || g.samples()[3].outcome() == Gradients.Outcome.NOT_FINITE,
              g.samples()[3].masked());
        }
      }
    }
  }

  @Test
  void aSampleHasTheSameBitsBesideOthers() {
    Problem problem = pendulum(0.4, DType.FLOAT64);
    try (Solver solver = around("ilqr")) {
      Solution alone = solver.solve(problem);
      Problem other = with(with(problem, "x0", 2, 0.7), "x0", 6, Double.NaN);
      Solution beside = solver.solve(other);
      for (int b : new int[] {0, 2}) {
        assertEquals(alone.status(b), beside.status(b));
        assertEquals(alone.iterations()[b], beside.iterations()[b]);
        for (int t = b * H; t < (b + 1) * H; t++) {
          assertEquals(alone.actions().get(t), beside.actions().get(t), 0.0);
        }
      }
    }
  }

  @Test
  void everySettingChangesSomething() {
    Problem problem = pendulum(0.4, DType.FLOAT64);
    try (Solver usual = around("ilqr");
        Solver few = around("ilqr", "max-rounds=1");
        Solver coarse = around("ilqr", "violation=1e-2");
        Solver gentle = around("ilqr", "first-penalty=0.1");
        Solver steep = around("ilqr", "penalty-factor=100");
        Solver patient = around("ilqr", "progress=0.9");
        Solver weak = around("ilqr", "max-penalty=10", "max-rounds=4")) {
      Solution found = usual.solve(problem);
      assertEquals(Status.ITERATION_LIMIT, few.solve(problem).status(0));
      assertTrue(violation(coarse, problem) > 1e-6);
      assertTrue(violation(coarse, problem) <= 1e-2);
      for (Solver other : List.of(gentle, steep, patient)) {
        assertFalse(java.util.Arrays.equals(found.iterations(), other.solve(problem).iterations()));
      }
      assertFalse(weak.solve(problem).status(0).isConverged());
    }
  }

  private static double violation(Solver solver, Problem problem) {
    double largest = 0;
    for (double v : solver.solve(problem).multipliers().orElseThrow().violation()) {
      largest = Math.max(largest, v);
    }
    return largest;
  }

  @Test
  void aDeadlineGivesWhatThereIs() {
    Problem problem = pendulum(0.4, DType.FLOAT64);
    try (Solver solver = around("ilqr")) {
      Solution solution = solver.solve(problem, problem.zeroGuess(), Deadline.after(Duration.ZERO));
      for (Status status : solution.status()) {
        assertEquals(Status.DEADLINE, status);
      }
    }
  }

  @Test
  void withoutLimitsTheInnerSolverSolves() {
    Shapes shapes = new Shapes(Map.of(), 1, 2);
    Problem limited = pendulum(0.4, DType.FLOAT64);
    Cost cost =
        ND4J.make(
            CONFIGURATIONS.choose(Cost.class, "pendulum-swingup", List.of()),
            shapes,
            RandomStream.root(0));
    ProblemSpec spec = new ProblemSpec(limited.spec().dynamics(), cost, H, 1);
    Map<String, Array> parameters = new LinkedHashMap<>();
    spec.parameters().keySet().forEach(n -> parameters.put(n, limited.parameters().get(n)));
    Problem free =
        new Problem(
            spec,
            DType.FLOAT64,
            limited.initialState(),
            limited.low(),
            limited.high(),
            Map.of(),
            parameters);
    try (Solver wrapped = around("ilqr");
        Solver plain = solver("ilqr", "tolerance=1e-11", "max-iterations=500")) {
      assertArrayEquals(
          plain.solve(free).actions().toDoubles(), wrapped.solve(free).actions().toDoubles(), 0.0);
    }
  }
}
