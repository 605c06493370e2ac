package dev.difftop.optimization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Solvers by composition alone: direction, step rule, convergence check, adjoint and its linear
 * solve are exchanged one by one.
 */
class CompositionTest {
  private static final Interpreter ENGINE = new Interpreter();
  private static final int BATCH = 3;
  private final Problem swing = Problems.pendulum(12, BATCH, 1.5);

  /** Downhill, moved to the box by the line search. */
  private static final class SteepestDescent implements Direction {
    @Override
    public boolean find(Iterate at, double[] d) {
      for (int i = 0; i < d.length; i++) {
        d[i] = -at.gradient(i);
      }
      return true;
    }
  }

  /** The diagonal of the second derivatives alone. */
  private static final class DiagonalNewton implements Direction {
    @Override
    public boolean find(Iterate at, double[] d) {
      for (int i = 0; i < d.length; i++) {
        double curvature = Math.max(at.hessian(i, i), 1e-3);
        d[i] = -at.gradient(i) / curvature;
      }
      return true;
    }
  }

  private static Solver composed(
      Optional<Curvature> curvature,
      Supplier<? extends StepRule> rule,
      ConvergenceCheck check,
      int iterations) {
    return new DescentSolver(ENGINE, curvature, rule, check, iterations, 2);
  }

  private static Solver gradientDescent(ConvergenceCheck check) {
    return composed(Optional.empty(), () -> new LineSearch(new SteepestDescent()), check, 5000);
  }

  @Test
  void twoDirectionsFindTheSameMinimum() {
    ConvergenceCheck check = new ConvergenceCheck(1e-5);
    try (Solver gradient = gradientDescent(check);
        Solver diagonal =
            composed(
                Optional.of(Curvature.EXACT),
                () -> new LineSearch(new DiagonalNewton()),
                check,
                5000)) {
      Solution first = gradient.solve(swing);
      Solution second = diagonal.solve(swing);
      for (int b = 0; b < BATCH; b++) {
        assertEquals(Status.CONVERGED, first.status(b));
        assertEquals(Status.CONVERGED, second.status(b));
        assertEquals(first.cost(b), second.cost(b), 1e-8);
      }
      assertTrue(
          Arrays.stream(second.iterations()).sum() < Arrays.stream(first.iterations()).sum(),
          "curvature saves iterations");
    }
  }

  @Test
  void anotherStepRuleTakesOtherSteps() {
    ConvergenceCheck check = new ConvergenceCheck(1e-5);
    try (Solver halving = gradientDescent(check);
        Solver demanding =
            composed(
                Optional.empty(),
                () -> new LineSearch(new SteepestDescent(), 0.9, 0.5, 40),
                check,
                5000)) {
      Problem open = Problems.pendulum(6, BATCH, Double.POSITIVE_INFINITY);
      Solution first = halving.solve(open);
      Solution second = demanding.solve(open);
      assertNotEquals(
          Arrays.toString(first.actions().toDoubles()),
          Arrays.toString(second.actions().toDoubles()));
    }
  }

  @Test
  void anotherCheckEndsEarlier() {
    try (Solver fine = gradientDescent(new ConvergenceCheck(1e-5));
        Solver coarse = gradientDescent(new ConvergenceCheck(1e-5, 0.05))) {
      assertTrue(
          Arrays.stream(coarse.solve(swing).iterations()).sum()
              < Arrays.stream(fine.solve(swing).iterations()).sum());
    }
  }

  @Test
  void anyAdjointWithAnyLinearSolveDifferentiatesIt() {
    Problem problem = LinearQuadratic.random(2, 1, 4, 2, 3).problem();
    double[] bar = {1, 0, 0, 0, 0, 0.5, 0, 0};
    try (Solver solver = gradientDescent(new ConvergenceCheck(1e-5))) {
      Solution solution = solver.solve(problem);
      double[] first = {};
      for (LinearSolve linear : LinearSolve.values()) {
        try (Adjoint adjoint =
            new ImplicitAdjoint(ENGINE, Curvature.EXACT, BadSamples.FAIL, 0, linear)) {
          Gradients g = adjoint.pullBack(problem, solution, Cotangents.ofActions(bar));
          double[] found = g.initialState().toDoubles();
          first = first.length == 0 ? found : first;
          for (int i = 0; i < found.length; i++) {
            assertEquals(first[i], found[i], 1e-9, linear + " " + i);
          }
        }
      }
    }
  }
}
