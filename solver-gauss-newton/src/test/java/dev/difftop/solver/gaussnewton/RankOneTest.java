package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Hessian;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Structure;
import dev.difftop.testkit.Problems;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One scalar residual: the closed form, where a factorisation has a matrix of rank one. */
class RankOneTest {
  private static final double[] GRADIENT = {3, -2, 0.5};

  /** {@code r = size (slope · u - 1)}, horizon 1. */
  private static Problem one(double size, double bound) {
    ProblemSpec spec = new ProblemSpec(new Still(), new OneResidual(), 1, 1);
    Array low = Array.of(new double[] {-bound, -bound, -bound}, 1, 3);
    Array high = Array.of(new double[] {bound, bound, bound}, 1, 3);
    Map<String, Array> context = Map.of("size", Array.of(new double[] {size}, 1));
    Array x0 = Array.of(new double[] {0}, 1, 1);
    return new Problem(spec, dev.difftop.api.array.DType.FLOAT64, x0, low, high, context, Map.of());
  }

  private static Solution solve(Problem problem, Settings settings) {
    try (GaussNewtonSolver solver =
        new GaussNewtonSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(problem);
    }
  }

  private static Settings gaussNewton(double damping) {
    Settings settings = new Settings();
    settings.hessian = Hessian.GAUSS_NEWTON;
    settings.initialDamping = damping;
    return settings;
  }

  @Test
  void theStepIsTheClosedForm() {
    Settings settings = gaussNewton(0.5);
    settings.structure = Structure.DENSE; // along the stages, damping is not relative
    settings.maxIterations = 1;
    Solution solution = solve(one(1, Double.POSITIVE_INFINITY), settings);
    double lambda = 0.5 * 9;
    double square = 9 + 4 + 0.25;
    for (int i = 0; i < 3; i++) {
      assertEquals(GRADIENT[i] / (lambda + square), solution.actions().get(i), 1e-15);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-8, 1e-4, 1, 1e4, 1e8})
  void residualsOfAnySizeAreSolved(double size) {
    Settings settings = gaussNewton(0);
    settings.tolerance = 1e-9 * Math.max(1e-8, size * size);
    Solution solution = solve(one(size, Double.POSITIVE_INFINITY), settings);
    assertEquals(Status.CONVERGED, solution.status(0));
    assertEquals(0, solution.cost(0), 1e-12 * size * size + 1e-17);
  }

  @Test
  void bindingBoundsAreKept() {
    Solution solution = solve(one(1, 0.1), gaussNewton(0));
    assertEquals(Status.CONVERGED, solution.status(0));
    assertEquals(0.1, solution.actions().get(0));
    assertEquals(-0.1, solution.actions().get(1));
  }

  private static Solution swing(double offset, int iterations) {
    Settings settings = new Settings();
    settings.hessian = Hessian.SCALAR_RESIDUAL;
    settings.residualOffset = offset;
    settings.maxIterations = iterations;
    settings.initialDamping = 1;
    return solve(Problems.pendulum(8, 5, Double.POSITIVE_INFINITY), settings);
  }

  @Test
  void anyCostCanBeTheResidual() {
    double before = swing(1000, 0).cost(0);
    Solution after = swing(1000, 60);
    assertTrue(after.cost(0) < before - 1e-3, after.cost(0) + " and " + before);
    for (int b = 0; b < 5; b++) {
      assertTrue(Double.isFinite(after.cost(b)));
    }
    assertNotEquals(after.cost(0), swing(1, 60).cost(0));
  }

  private static final class Still implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 3;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x();
    }
  }

  private static final class OneResidual implements ResidualCost {
    @Override
    public void declare(Declarations declare) {
      declare.context("size", Shape.scalar());
    }

    @Override
    public Tensor stageResidual(Stage at) {
      Tensor r = at.u().times(Tensor.constant(GRADIENT)).sum(1).minus(1);
      return r.times(at.context("size")).expandDims(1);
    }
  }
}
