package dev.difftop.solver.lagrangian;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of every kind, beside truths found by trying all active sets. */
class LimitsTest {
  private static final double[][] NONE = new double[0][];

  private static double[] draw(RandomStream random, int n, double scale) {
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] = scale * (2 * random.nextDouble() - 1);
    }
    return out;
  }

  private static double[][] draw(RandomStream random, int rows, int n, double scale) {
    double[][] out = new double[rows][];
    for (int i = 0; i < rows; i++) {
      out[i] = draw(random, n, scale);
    }
    return out;
  }

  /** Some with a nearest point, some without a point: each sample is judged by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"ilqr", "gauss-newton", "lbfgs"})
  void findsTheNearestPointOfPolytopesOrThatThereIsNone(String inner) {
    int batch = 24;
    int[] ended = new int[2];
    try (Solver solver = Lagrangian.around(Inner.precise(inner))) {
      for (int equalities = 0; equalities <= 2; equalities++) {
        RandomStream random = RandomStream.root(7).child(equalities);
        double[][] a = draw(random, 4 - equalities, 3, 1);
        double[][] e = draw(random, equalities, 3, 1);
        double[][] wishes = draw(random, batch, 3, 2);
        double[][] b = draw(random, batch, a.length, 1);
        double[][] right = draw(random, batch, Math.max(1, e.length), 0.7);
        Solution solution =
            solver.solve(new Projection(a, e).problem(wishes, b, right, -1, 1, DType.FLOAT64));
        for (int s = 0; s < batch; s++) {
          Optional<double[]> truth = new Polytope(a, b[s], e, right[s], -1, 1).nearest(wishes[s]);
          String what = equalities + " equalities, sample " + s;
          assertEquals(
              truth.isPresent() ? Status.CONVERGED : Status.INFEASIBLE, solution.status(s), what);
          ended[truth.isPresent() ? 0 : 1]++;
          if (truth.isPresent()) {
            double[] u = Arrays.copyOfRange(solution.actions().toDoubles(), 3 * s, 3 * s + 3);
            assertArrayEquals(truth.get(), u, 1e-8, what);
          }
        }
      }
    }
    assertTrue(ended[0] > 20 && ended[1] > 5, Arrays.toString(ended));
  }

  /** The gradient in the wish is a projection; in the limits it moves the point with them. */
  @Test
  void gradientsAreThoseOfTheTruth() {
    int batch = 16;
    RandomStream random = RandomStream.root(11);
    double[][] a = draw(random, 3, 3, 1);
    double[][] e = draw(random, 1, 3, 1);
    double[][] wishes = draw(random, batch, 3, 2);
    double[][] b = draw(random, batch, 3, 1);
    double[][] right = draw(random, batch, 1, 0.5);
    double[] weights = draw(random, 3 * batch, 1);
    Problem problem = new Projection(a, e).problem(wishes, b, right, -1, 1, DType.FLOAT64);
    int compared = 0;
    try (Solver solver = Lagrangian.around(Inner.precise("ilqr"))) {
      Gradients g = differentiate(problem, solver.solve(problem), weights, BadSamples.MASK);
      for (int s = 0; s < batch; s++) {
        if (new Polytope(a, b[s], e, right[s], -1, 1).nearest(wishes[s]).isEmpty()) {
          assertTrue(g.samples()[s].masked());
          continue;
        }
        compared++;
        for (int i = 0; i < 3; i++) {
          double[][] moved = {wishes[s], b[s], right[s]};
          assertEquals(
              slope(a, e, moved, 0, i, weights, s), g.context().get("wish").get(3 * s + i), 1e-6);
          assertEquals(
              slope(a, e, moved, 1, i, weights, s), g.context().get("b").get(3 * s + i), 1e-6);
        }
        double[][] moved = {wishes[s], b[s], right[s]};
        assertEquals(slope(a, e, moved, 2, 0, weights, s), g.context().get("e").get(s), 1e-6);
      }
    }
    assertTrue(compared > 8, "" + compared);
  }

  private static double slope(
      double[][] a, double[][] e, double[][] at, int which, int entry, double[] weights, int s) {
    double h = 1e-5;
    double sum = 0;
    for (int side = -1; side <= 1; side += 2) {
      double[][] moved = {at[0].clone(), at[1].clone(), at[2].clone()};
      moved[which][entry] += side * h;
      double[] u = new Polytope(a, moved[1], e, moved[2], -1, 1).nearest(moved[0]).orElseThrow();
      for (int i = 0; i < 3; i++) {
        sum += side * weights[3 * s + i] * u[i] / (2 * h);
      }
    }
    return sum;
  }

  private static Gradients differentiate(
      Problem problem, Solution solution, double[] weights, BadSamples policy) {
    try (ImplicitAdjoint adjoint =
        new ImplicitAdjoint(new Interpreter(), Curvature.EXACT, policy)) {
      return adjoint.pullBack(problem, solution, Cotangents.ofActions(weights));
    }
  }

  /** The same limit twice, once of another scale: the same point, the same gradient. */
  @ParameterizedTest
  @ValueSource(strings = {"ilqr", "gauss-newton", "lbfgs"})
  void limitsThatDependOnEachOtherChangeNothing(String inner) {
    double[] row = {1, 2, 0};
    double[] twice = {2, 4, 0};
    double[] level = {0, 0, 1};
    double[][] wish = {{1, 1, 1}};
    double[] weights = {1, -0.5, 0.3};
    try (Solver solver = Lagrangian.around(Inner.precise(inner))) {
      Problem once =
          new Projection(new double[][] {row}, new double[][] {level})
              .problem(wish, new double[][] {{0.5}}, new double[][] {{0.2}}, -4, 4, DType.FLOAT64);
      Problem more =
          new Projection(new double[][] {row, twice, row}, new double[][] {level, level})
              .problem(
                  wish,
                  new double[][] {{0.5, 1, 0.5}},
                  new double[][] {{0.2, 0.2}},
                  -4,
                  4,
                  DType.FLOAT64);
      Solution simple = solver.solve(once);
      Solution redundant = solver.solve(more);
      assertEquals(Status.CONVERGED, redundant.status(0));
      double[] truth = {0.5, 0, 0.2};
      assertArrayEquals(truth, simple.actions().toDoubles(), 1e-9);
      assertArrayEquals(truth, redundant.actions().toDoubles(), 1e-9);
      double[] one =
          differentiate(once, simple, weights, BadSamples.FAIL).context().get("wish").toDoubles();
      double[] two =
          differentiate(more, redundant, weights, BadSamples.FAIL)
              .context()
              .get("wish")
              .toDoubles();
      assertArrayEquals(one, two, 1e-9);
      // wish minus its part along (1, 2, 0): the level holds the third
      assertArrayEquals(new double[] {0.8 + 0.2, -0.4 - 0.1, 0}, one, 1e-9);
    }
  }

  /**
   * A limit that is active with multiplier 0: the solution has a slope to either side, and the
   * gradient is one of the two.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ilqr", "gauss-newton", "lbfgs"})
  void aLimitThatIsJustTouched(String inner) {
    Problem problem =
        new Projection(new double[][] {{1, 0}}, NONE)
            .problem(
                new double[][] {{0.5, 0.1}}, new double[][] {{0.5}}, null, -1, 1, DType.FLOAT64);
    try (Solver solver = Lagrangian.around(Inner.precise(inner))) {
      Solution solution = solver.solve(problem);
      assertEquals(Status.CONVERGED, solution.status(0));
      assertArrayEquals(new double[] {0.5, 0.1}, solution.actions().toDoubles(), 1e-9);
      Gradients g = differentiate(problem, solution, new double[] {1, 1}, BadSamples.FAIL);
      double along = g.context().get("wish").get(0);
      double limit = g.context().get("b").get(0);
      assertTrue(Math.abs(along) < 1e-9 || Math.abs(along - 1) < 1e-9, "" + along);
      assertEquals(1, along + limit, 1e-9);
      assertEquals(1, g.context().get("wish").get(1), 1e-9);
    }
  }

  /** Limits beyond what the box allows, contradictions, and a box without width. */
  @Test
  void everySampleHasItsOwnStatus() {
    double[][] sum = {{1, 1}, {-1, -1}};
    double[][] right = {
      {1.5, 0}, // at most 1.5
      {1, -1}, // exactly 1, as two inequalities
      {-3, 3}, // out of the box
      {0, -1}, // at most 0 and at least 1
      {Double.NaN, 0},
    };
    double[][] wishes = {{1, 1}, {1, 0.5}, {0, 0}, {0, 0}, {0, 0}};
    Problem problem = new Projection(sum, NONE).problem(wishes, right, null, -1, 1, DType.FLOAT64);
    for (String inner : new String[] {"ilqr", "gauss-newton", "lbfgs"}) {
      try (Solver solver = Lagrangian.around(Inner.precise(inner))) {
        Solution solution = solver.solve(problem);
        assertArrayEquals(
            new Status[] {
              Status.CONVERGED,
              Status.CONVERGED,
              Status.INFEASIBLE,
              Status.INFEASIBLE,
              Status.NOT_FINITE
            },
            solution.status(),
            inner);
        double[] u = solution.actions().toDoubles();
        assertArrayEquals(new double[] {0.75, 0.75, 0.75, 0.25}, Arrays.copyOf(u, 4), 1e-8, inner);
        double[] violation = solution.multipliers().orElseThrow().violation();
        assertEquals(1, violation[2], 1e-5, inner);
        assertEquals(0.5, violation[3], 1e-5, inner);
      }
    }
  }

  @Test
  void aBoxWithoutWidthIsKeptWhateverTheLimitsAre() {
    double[][] row = {{1, 1}};
    double[][] wishes = {{1, 1}, {1, 1}};
    Problem problem =
        new Projection(row, NONE)
            .problem(wishes, new double[][] {{1}, {0.5}}, null, 0.4, 0.4, DType.FLOAT64);
    try (Solver solver = Lagrangian.around(Inner.precise("ilqr"))) {
      Solution solution = solver.solve(problem);
      assertArrayEquals(new Status[] {Status.CONVERGED, Status.INFEASIBLE}, solution.status());
      assertArrayEquals(new double[] {0.4, 0.4, 0.4, 0.4}, solution.actions().toDoubles(), 0.0);
    }
  }

  /** Default settings in float32: what cannot be told from rounding is kept, or not infeasible. */
  @Test
  void settlesForRoundingInSinglePrecision() {
    RandomStream random = RandomStream.root(5);
    double[][] a = draw(random, 2, 3, 1);
    double[][] e = draw(random, 1, 3, 1);
    double[][] wishes = draw(random, 4, 3, 2);
    double[][] b = draw(random, 4, 2, 1);
    double[][] right = draw(random, 4, 1, 0.5);
    Problem problem = new Projection(a, e).problem(wishes, b, right, -1, 1, DType.FLOAT32);
    Lagrangian settings = new Lagrangian();
    settings.violation = 1e-9;
    settings.inner = Inner.of("ilqr", "tolerance", 1e-4);
    try (Solver solver = settings.solver()) {
      Solution solution = solver.solve(problem);
      for (int s = 0; s < 4; s++) {
        double[] truth = new Polytope(a, b[s], e, right[s], -1, 1).nearest(wishes[s]).orElseThrow();
        assertEquals(Status.CONVERGED, solution.status(s), "sample " + s);
        double[] u = Arrays.copyOfRange(solution.actions().toDoubles(), 3 * s, 3 * s + 3);
        assertArrayEquals(truth, u, 1e-3, "sample " + s);
      }
    }
  }
}
