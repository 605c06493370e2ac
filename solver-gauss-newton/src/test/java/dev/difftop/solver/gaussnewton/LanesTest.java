package dev.difftop.solver.gaussnewton;

import static dev.difftop.testkit.Numeric.assertClose;
import static dev.difftop.testkit.Numeric.assertSameBits;
import static dev.difftop.testkit.Numeric.sample;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Step;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Structure;
import dev.difftop.testkit.Alone;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a sample gets does not depend on how many others are left, or on threads. */
class LanesTest {
  private static final int BATCH = 21;

  /** A way to make steps. */
  record Variant(GaussNewtonConfig.Step step, GaussNewtonConfig.Structure structure) {}

  private static Stream<Problem> kinds() {
    LinearQuadratic lq = LinearQuadratic.random(3, 2, 6, BATCH, 4);
    return Stream.of(
        Problems.pendulum(12, BATCH, 1.5),
        Problems.in(Problems.pendulum(8, BATCH, Double.POSITIVE_INFINITY), DType.FLOAT32),
        lq.problem(),
        lq.problem(DType.FLOAT64, -0.3, 0.2));
  }

  static Stream<Arguments> problems() {
    List<Variant> variants =
        List.of(
            new Variant(Step.LEVENBERG_MARQUARDT, Structure.DENSE),
            new Variant(Step.LEVENBERG_MARQUARDT, Structure.STAGES),
            new Variant(Step.DOGLEG, Structure.AUTO));
    return kinds().flatMap(p -> variants.stream().map(v -> Arguments.of(p, v)));
  }

  private static Solution solve(Problem problem, int threads, Variant variant) {
    Settings settings = new Settings();
    settings.threads = threads;
    settings.step = variant.step();
    settings.structure = variant.structure();
    settings.tolerance = problem.dtype() == DType.FLOAT64 ? 1e-9 : 1e-3;
    try (GaussNewtonSolver solver =
        new GaussNewtonSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(problem);
    }
  }

  private static void assertSameSample(Solution expected, Solution found, int b) {
    assertEquals(expected.status(b), found.status(b), "status of " + b);
    assertEquals(expected.iterations()[b], found.iterations()[b], "iterations of " + b);
    Array[] all = {expected.actions(), expected.states()};
    Array[] its = {found.actions(), found.states()};
    for (int i = 0; i < all.length; i++) {
      double[] one = sample(all[i].toDoubles(), BATCH, b);
      assertSameBits(one, sample(its[i].toDoubles(), BATCH, b), "array " + i + " of " + b);
    }
    assertEquals(expected.cost(b), found.cost(b), "cost of " + b);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void threadsDoNotChangeABit(Problem problem, Variant variant) {
    Solution one = solve(problem, 1, variant);
    for (int threads : new int[] {2, 3, 8}) {
      Solution many = solve(problem, threads, variant);
      for (int b = 0; b < BATCH; b++) {
        assertSameSample(one, many, b);
      }
    }
  }

  /** All but one sample start where they end, so that they leave at once. */
  @ParameterizedTest
  @MethodSource("problems")
  void aSampleDoesNotDependOnHowManyAreLeft(Problem problem, Variant variant) {
    Solution together = solve(problem, 1, variant);
    for (int b : new int[] {0, 7, 13, 20}) {
      Array x0 = problem.initialState().as(DType.FLOAT64);
      int nx = x0.shape().dim(1);
      for (int i = 0; i < x0.size(); i++) {
        if (i / nx != b) {
          x0.set(i, Double.NaN);
        }
      }
      Solution left = solve(Problems.from(problem, x0), 1, variant);
      assertSameSample(together, left, b);
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void aSampleIsSolvedAsIfAlone(Problem problem, Variant variant) {
    Solution together = solve(problem, 1, variant);
    assertTrue(together.convergedShare() > 0.5, "converged: " + together.convergedShare());
    double tolerance = problem.dtype() == DType.FLOAT64 ? 1e-7 : 1e-2;
    for (int b : new int[] {0, 13, 20}) {
      Solution alone = solve(Alone.of(problem, b), 1, variant);
      assertClose(
          alone.actions().toDoubles(),
          sample(together.actions().toDoubles(), BATCH, b),
          tolerance,
          "actions of " + b);
    }
  }
}
