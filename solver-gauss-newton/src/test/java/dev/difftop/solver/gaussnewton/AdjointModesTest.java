package dev.difftop.solver.gaussnewton;

import static dev.difftop.testkit.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.DirectLossAdjoint;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import dev.difftop.optimization.adjoint.UnrolledAdjoint;
import dev.difftop.testkit.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each way to differentiate a solution does, and what its settings change. */
class AdjointModesTest {
  private static final Engine ENGINE = new Interpreter();
  private static final double BOUND = 3;
  private final Problem swing = Problems.pendulum(8, 3, BOUND);

  private static GaussNewtonSolver solver(int iterations, double damping) {
    return new GaussNewtonSolver(
        Settings.of(iterations, 1e-11, GaussNewtonConfig.Hessian.EXACT, damping),
        ENGINE,
        RandomStream.root(0));
  }

  private static Solution solved(Problem problem) {
    try (GaussNewtonSolver solver = solver(500, 1e-6)) {
      Solution solution = solver.solve(problem);
      for (Status status : solution.status()) {
        assertEquals(Status.CONVERGED, status);
      }
      return solution;
    }
  }

  private static double[] weights(Problem problem) {
    double[] weights = new double[problem.zeroGuess().size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.cos(0.7 * i + 0.2);
    }
    return weights;
  }

  private static Adjoint exact(BadSamples policy) {
    return new ImplicitAdjoint(ENGINE, Curvature.EXACT, policy);
  }

  private static Adjoint smoothed(double mu) {
    return new ImplicitAdjoint(ENGINE, Curvature.EXACT, BadSamples.FAIL, mu, LinearSolve.DENSE);
  }

  /** Everything but the diagnostics in one row. */
  private static double[] flat(Gradients g) {
    List<Double> out = new ArrayList<>();
    List<Array> all = new ArrayList<>(g.parameters().values());
    all.addAll(g.context().values());
    all.addAll(List.of(g.initialState(), g.low(), g.high()));
    for (Array array : all) {
      for (double v : array.toDoubles()) {
        out.add(v);
      }
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Gradients pulled(Adjoint adjoint, Problem problem, Solution solution) {
    try (adjoint) {
      return adjoint.pullBack(problem, solution, Cotangents.ofActions(weights(problem)));
    }
  }

  @Test
  void smoothingTendsToTheExactGradient() {
    Solution solution = solved(swing);
    double[] exact = flat(pulled(exact(BadSamples.FAIL), swing, solution));
    double before = Double.POSITIVE_INFINITY;
    for (double mu : new double[] {1e-2, 1e-4, 1e-6, 1e-8}) {
      double[] smooth = flat(pulled(smoothed(mu), swing, solution));
      double error = 0;
      double scale = 0;
      for (int i = 0; i < exact.length; i++) {
        error = Math.max(error, Math.abs(smooth[i] - exact[i]));
        scale = Math.max(scale, Math.abs(exact[i]));
      }
      error /= scale;
      assertTrue(error < before, "mu " + mu + ": " + error + " after " + before);
      before = error;
    }
    assertTrue(before < 1e-4, "" + before);
  }

  @Test
  void smoothingIsNotSilentWhereEverythingSaturates() {
    Problem narrow = Problems.pendulum(4, 1, 0.05);
    Solution solution = solved(narrow);
    Gradients exact = pulled(exact(BadSamples.FAIL), narrow, solution);
    assertEquals(1, exact.saturatedShare());
    assertEquals(0, exact.parameters().get("dynamics/gravity").get(0));
    Gradients smooth = pulled(smoothed(1e-3), narrow, solution);
    assertTrue(Math.abs(smooth.parameters().get("dynamics/gravity").get(0)) > 1e-6);
    assertEquals(1, smooth.saturatedShare());
  }

  @Test
  void smoothingWorksAtAKink() {
    Problem kinked = Problems.kinked(2, 0.7);
    Solution solution = solved(kinked);
    double[] exact = flat(pulled(exact(BadSamples.FAIL), kinked, solution));
    assertClose(exact, flat(pulled(smoothed(1e-9), kinked, solution)), 1e-4, "smoothed");
  }

  @Test
  void aBadSmoothingIsRefused() {
    for (double mu : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> smoothed(mu));
    }
  }

  @Test
  void directLossMinimisationTendsToTheExactGradient() {
    Solution solution = solved(swing);
    double[] exact = flat(pulled(exact(BadSamples.FAIL), swing, solution));
    double[] fine =
        flat(pulled(new DirectLossAdjoint(ENGINE, BadSamples.FAIL, 1e-4), swing, solution));
    assertClose(exact, fine, 1e-5, "perturbed little");
    double[] coarse =
        flat(pulled(new DirectLossAdjoint(ENGINE, BadSamples.FAIL, 0.3), swing, solution));
    double difference = 0;
    for (int i = 0; i < exact.length; i++) {
      difference = Math.max(difference, Math.abs(exact[i] - coarse[i]));
    }
    assertTrue(difference > 1e-3, "a large perturbation looks far ahead: " + difference);
    assertThrows(
        IllegalArgumentException.class, () -> new DirectLossAdjoint(ENGINE, BadSamples.KEEP, 0));
  }

  /** A few undamped steps, not converged: what is differentiated is what the solver did. */
  @Test
  void unrollingIsTheGradientOfTheStepsThemselves() {
    Problem near = Problems.pendulum(6, 2, BOUND);
    try (GaussNewtonSolver exactly = solver(500, 1e-6);
        GaussNewtonSolver hurried = solver(2, 0);
        Adjoint unroll =
            new UnrolledAdjoint(ENGINE, Curvature.EXACT, BadSamples.FAIL, Integer.MAX_VALUE)) {
      double[] start = exactly.solve(near).actions().toDoubles();
      for (int i = 0; i < start.length; i++) {
        start[i] += 0.05 * Math.cos(3 * i);
      }
      Array guess = Array.of(start, near.zeroGuess().shape().dims());
      hurried.recordSteps(Integer.MAX_VALUE);
      Solution solution = hurried.solve(near, guess);
      assertEquals(2, solution.steps().size());
      double[] w = weights(near);
      Gradients g = unroll.pullBack(near, solution, Cotangents.ofActions(w));
      double h = 1e-6;
      for (String name : near.parameters().keySet()) {
        double value = near.parameters().get(name).get(0);
        double up = loss(hurried, with(near, name, value + h), guess, w);
        double down = loss(hurried, with(near, name, value - h), guess, w);
        double found = g.parameters().get(name).get(0);
        assertEquals((up - down) / (2 * h), found, 1e-5 * (1 + Math.abs(found)), name);
      }
    }
  }

  private static Problem with(Problem p, String name, double value) {
    Map<String, Array> parameters = new java.util.LinkedHashMap<>(p.parameters());
    parameters.put(name, Array.scalar(value));
    return new Problem(
        p.spec(), p.dtype(), p.initialState(), p.low(), p.high(), p.context(), parameters);
  }

  private static double loss(GaussNewtonSolver solver, Problem p, Array guess, double[] weights) {
    double[] u = solver.solve(p, guess).actions().toDoubles();
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += weights[i] * u[i];
    }
    return sum;
  }

  @Test
  void oneStepBackFromASolutionIsNearlyTheExactGradient() {
    try (GaussNewtonSolver solver = solver(500, 1e-6)) {
      solver.recordSteps(1);
      Solution one = solver.solve(swing);
      assertEquals(1, one.steps().size());
      double[] exact = flat(pulled(exact(BadSamples.FAIL), swing, one));
      Adjoint truncated = new UnrolledAdjoint(ENGINE, Curvature.EXACT, BadSamples.FAIL, 1);
      double[] last = flat(pulled(truncated, swing, one));
      assertClose(exact, last, 1e-3, "truncated to one step");
      solver.recordSteps(Integer.MAX_VALUE);
      Solution all = solver.solve(swing);
      Adjoint unroll =
          new UnrolledAdjoint(ENGINE, Curvature.EXACT, BadSamples.FAIL, Integer.MAX_VALUE);
      assertClose(exact, flat(pulled(unroll, swing, all)), 1e-6, "unrolled");
      solver.recordSteps(0);
      assertTrue(solver.solve(swing).steps().isEmpty());
    }
  }

  @Test
  void thereMustBeStepsToGoBackThrough() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new UnrolledAdjoint(ENGINE, Curvature.EXACT, BadSamples.KEEP, 0));
    Solution bare = solved(swing);
    Adjoint unroll = new UnrolledAdjoint(ENGINE, Curvature.EXACT, BadSamples.KEEP, 3);
    String message =
        assertThrows(IllegalStateException.class, () -> pulled(unroll, swing, bare)).getMessage();
    assertTrue(message.contains("record"), message);
  }

  @Test
  void theGradientOfTheOptimalCostIsThatOfTheEnvelope() {
    Solution solution = solved(swing);
    double[] ones = {1, -2, 0.5};
    try (Adjoint adjoint = exact(BadSamples.FAIL);
        GaussNewtonSolver solver = solver(500, 1e-6)) {
      Gradients envelope = adjoint.pullBack(swing, solution, Cotangents.ofCost(ones));
      double[] none = new double[solution.actions().size()];
      Gradients whole = adjoint.pullBack(swing, solution, new Cotangents(none, null, ones));
      assertClose(flat(whole), flat(envelope), 1e-8, "with and without second derivatives");
      assertTrue(Double.isNaN(envelope.samples()[0].curvature()), "curvature was not needed");
      double h = 1e-5;
      for (String name : swing.parameters().keySet()) {
        double value = swing.parameters().get(name).get(0);
        double[] up = solver.solve(with(swing, name, value + h), solution.actions()).cost();
        double[] down = solver.solve(with(swing, name, value - h), solution.actions()).cost();
        double difference = 0;
        for (int b = 0; b < ones.length; b++) {
          difference += ones[b] * (up[b] - down[b]) / (2 * h);
        }
        double found = envelope.parameters().get(name).get(0);
        assertEquals(difference, found, 1e-7 * (1 + Math.abs(found)), name);
      }
    }
  }

  @Test
  void lossesOnStatesPullBackThroughActionsAndDirectly() {
    Solution solution = solved(swing);
    double[] bar = new double[solution.states().size()];
    for (int i = 0; i < bar.length; i++) {
      bar[i] = Math.sin(0.9 * i);
    }
    try (Adjoint adjoint = exact(BadSamples.FAIL);
        GaussNewtonSolver solver = solver(500, 1e-6)) {
      Gradients g = adjoint.pullBack(swing, solution, new Cotangents(null, bar, null));
      double h = 1e-5;
      double value = swing.parameters().get("dynamics/gravity").get(0);
      double difference = 0;
      for (int sign = -1; sign <= 1; sign += 2) {
        Problem moved = with(swing, "dynamics/gravity", value + sign * h);
        double[] x = solver.solve(moved, solution.actions()).states().toDoubles();
        for (int i = 0; i < bar.length; i++) {
          difference += sign * bar[i] * x[i] / (2 * h);
        }
      }
      double found = g.parameters().get("dynamics/gravity").get(0);
      assertEquals(difference, found, 1e-6 * (1 + Math.abs(found)));
    }
  }

  @ParameterizedTest
  @EnumSource(BadSamples.class)
  void badSamplesFollowThePolicy(BadSamples policy) {
    try (GaussNewtonSolver hurried = solver(1, 1e-6)) {
      Problem free = Problems.pendulum(8, 3, Double.POSITIVE_INFINITY);
      Solution rough = hurried.solve(free);
      assertFalse(rough.status(0).isConverged());
      if (policy == BadSamples.FAIL) {
        String message =
            assertThrows(IllegalStateException.class, () -> pulled(exact(policy), free, rough))
                .getMessage();
        assertTrue(message.contains("[0, 1, 2]") && message.contains("NOT_CONVERGED"), message);
        return;
      }
      Gradients g = pulled(exact(policy), free, rough);
      assertEquals(policy == BadSamples.MASK ? 1 : 0, g.maskedShare());
      double gravity = g.parameters().get("dynamics/gravity").get(0);
      assertEquals(policy == BadSamples.MASK, gravity == 0, "" + gravity);
      for (Gradients.Sample sample : g.samples()) {
        assertEquals(Gradients.Outcome.NOT_CONVERGED, sample.outcome());
      }
    }
  }

  /** Hanging at the bottom in balance is a maximum of the cost in some directions. */
  @Test
  void whereCurvatureIsNegativeTruncatedIsDamped() {
    Problem bottom = Problems.from(swing, Array.of(new double[6], 3, 2));
    Problem upside = with(Problems.within(bottom, infinite(-1), infinite(1)), "cost/effort", 1e-9);
    double[] zero = new double[24];
    Solution still =
        Solution.of(upside)
            .actions(zero)
            .states(new double[54])
            .cost(new double[3])
            .status(new Status[] {Status.CONVERGED, Status.CONVERGED, Status.CONVERGED})
            .iterations(new int[3])
            .stationarity(new double[3])
            .build();
    Problem hanging = with(upside, "dynamics/gravity", -40);
    Gradients kept = pulled(exact(BadSamples.KEEP), hanging, still);
    Gradients damped = pulled(exact(BadSamples.TRUNCATED), hanging, still);
    Gradients.Outcome outcome = kept.samples()[0].outcome();
    assertEquals(outcome, damped.samples()[0].outcome());
    if (outcome == Gradients.Outcome.INDEFINITE) {
      assertTrue(kept.samples()[0].curvature() <= 0);
    }
  }

  private static Array infinite(int sign) {
    Array out = Array.zeros(DType.FLOAT64, dev.difftop.api.array.Shape.of(8, 1));
    out.fill(sign * Double.POSITIVE_INFINITY);
    return out;
  }

  @Test
  void diagnosticsTellOfTiesSaturationAndCurvature() {
    Problem kinked = Problems.kinked(2, 0.7);
    Gradients g = pulled(exact(BadSamples.FAIL), kinked, solved(kinked));
    assertEquals(1, g.tiedShare());
    for (Gradients.Sample sample : g.samples()) {
      assertEquals(1, sample.weights()[0] + sample.weights()[1], 1e-12);
      assertTrue(sample.weights()[0] > 0.01 && sample.weights()[1] > 0.01);
      assertTrue(sample.stationarity() <= 1e-11);
      assertTrue(sample.curvature() > 0);
    }
    Gradients smooth = pulled(exact(BadSamples.FAIL), swing, solved(swing));
    assertEquals(0, smooth.tiedShare());
    assertTrue(smooth.saturatedShare() > 0 && smooth.saturatedShare() < 1);
  }

  @Test
  void aSampleThatIsNotFiniteIsLeftOutAndDisturbsNoOther() {
    Solution good = solved(swing);
    Array x0 = swing.initialState().as(DType.FLOAT64);
    x0.set(2, Double.NaN);
    Problem spoiled = Problems.from(swing, x0);
    try (GaussNewtonSolver solver = solver(500, 1e-6)) {
      Gradients g = pulled(exact(BadSamples.KEEP), spoiled, solver.solve(spoiled));
      assertEquals(Gradients.Outcome.NOT_FINITE, g.samples()[1].outcome());
      assertTrue(g.samples()[1].masked());
      Gradients before = pulled(exact(BadSamples.KEEP), swing, good);
      for (int i : new int[] {0, 1, 4, 5}) {
        assertEquals(before.initialState().get(i), g.initialState().get(i), 1e-12);
      }
      assertEquals(0, g.initialState().get(2));
      assertTrue(Double.isFinite(g.parameters().get("cost/effort").get(0)));
    }
  }

  @Test
  void cotangentsOfAnotherLengthAreRefused() {
    Solution solution = solved(swing);
    try (Adjoint adjoint = exact(BadSamples.KEEP)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> adjoint.pullBack(swing, solution, Cotangents.ofActions(new double[5])))
              .getMessage();
      assertTrue(message.contains("5") && message.contains("24"), message);
    }
  }
}
