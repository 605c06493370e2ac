package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * What a solver and an exact adjoint promise together: derivatives of a loss on the planned actions
 * agree with differences of re-solved problems, in every leaf and in the bounds, with bounds active
 * and at a kink. A pair's test extends this and says how it solves and pulls back; it must solve to
 * a stationarity of about 1e-11 in float64.
 */
public abstract class AdjointContract {
  private static final double STEP = 1e-4;
  private static final int MOST_ENTRIES = 6;
  private static final double SMALLEST_SCALE = 0.05;
  private static final double BOUND = 3;

  /** A solved batch of problems. */
  protected interface Solved {
    /** The actions, (B, H, nu), row-major. */
    double[] actions();

    /**
     * Pulls the derivative of a loss in the actions back.
     *
     * @param actionsBar (B, H, nu), row-major
     * @return by name: every parameter and context leaf by its own, {@code initial state}, {@code
     *     low} and {@code high} (B, H, nu)
     */
    Map<String, double[]> pullBack(double[] actionsBar);
  }

  /** Solves from given actions; the result must not depend on later calls. */
  protected abstract Solved solve(Problem problem, Array guess);

  /** Whether it finds optima on a kink, where several pieces of a cost tie. */
  protected boolean solvesKinks() {
    return true;
  }

  /** Whether it keeps limits on states and actions beside the box. */
  protected boolean keepsLimits() {
    return true;
  }

  /**
   * Largest difference, relative to the largest entry of a block (at least 0.05: the solves' own
   * noise).
   */
  protected double tolerance() {
    return 1e-6;
  }

  @Test
  void agreesWithDifferencesOnAPendulum() {
    check(Problems.pendulum(8, 2, Double.POSITIVE_INFINITY));
  }

  @Test
  void agreesWithDifferencesUnderActiveBounds() {
    Problem problem = Problems.pendulum(8, 3, BOUND);
    Solved solved = check(problem);
    int saturated = 0;
    for (double u : solved.actions()) {
      saturated += Math.abs(u) == BOUND ? 1 : 0;
    }
    assertTrue(saturated > 2 && saturated < solved.actions().length - 2, "saturated: " + saturated);
  }

  @Test
  void agreesWithDifferencesOnLinearQuadraticProblems() {
    check(LinearQuadratic.random(3, 2, 4, 2, 11).problem());
    check(LinearQuadratic.random(2, 2, 3, 2, 12).problem(DType.FLOAT64, -0.3, 0.25));
  }

  @Test
  void agreesWithDifferencesAtAKink() {
    assumeTrue(solvesKinks());
    Problem problem = Problems.kinked(2, 0.7);
    Solved solved = check(problem);
    for (int b = 0; b < 2; b++) {
      assertEquals(0, Problems.kinkGap(problem, solved.actions(), b), 1e-8, "not on the kink");
    }
  }

  /** Inequalities of states, of states and actions, and an equality at the end, all active. */
  @Test
  void agreesWithDifferencesUnderLimits() {
    assumeTrue(keepsLimits());
    check(Problems.limited(1, 4));
  }

  @Test
  void agreesWithDifferencesUnderLimitsAndActiveBounds() {
    assumeTrue(keepsLimits());
    Problem problem = Problems.limited(2, 1.1);
    Solved solved = check(problem);
    assertTrue(
        Arrays.stream(solved.actions()).anyMatch(u -> Math.abs(u) == 1.1), "no bound is active");
  }

  private Solved check(Problem problem) {
    Solved solved = solve(problem, problem.zeroGuess());
    double[] weights = weights(solved.actions().length);
    Map<String, double[]> found = solved.pullBack(weights);
    Array guess = Array.of(solved.actions().clone(), problem.zeroGuess().shape().dims());
    Map<String, Array> leaves = leaves(problem);
    assertEquals(leaves.keySet(), found.keySet(), "blocks");
    leaves.forEach(
        (name, array) -> {
          double[] gradient = found.get(name);
          assertEquals(array.size(), gradient.length, name);
          compare(problem, name, array, gradient, guess, weights);
        });
    return solved;
  }

  private static double[] weights(int n) {
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = Math.cos(0.7 * i + 0.2);
    }
    return weights;
  }

  private static Map<String, Array> leaves(Problem p) {
    Map<String, Array> out = new LinkedHashMap<>();
    out.putAll(p.parameters());
    out.putAll(p.context());
    out.put("initial state", p.initialState());
    Shape each = Shape.of(p.batch(), p.spec().horizon(), p.spec().actionSize());
    out.put("low", bounds(each, p::low));
    out.put("high", bounds(each, p::high));
    return out;
  }

  private static Array bounds(Shape shape, BiFunction<Integer, Integer, Double> bound) {
    Array out = Array.zeros(DType.FLOAT64, shape);
    int n = shape.dim(1) * shape.dim(2);
    for (int i = 0; i < out.size(); i++) {
      out.set(i, bound.apply(i / n, i % n));
    }
    return out;
  }

  private void compare(
      Problem problem, String name, Array array, double[] gradient, Array guess, double[] weights) {
    double scale = SMALLEST_SCALE;
    for (double g : gradient) {
      scale = Math.max(scale, Math.abs(g));
    }
    int stride = Math.max(1, gradient.length / MOST_ENTRIES);
    for (int i = 0; i < gradient.length; i += stride) {
      if (Double.isInfinite(array.get(i))) {
        assertEquals(0, gradient[i], name + "[" + i + "] of an open box");
        continue;
      }
      double difference = difference(problem, name, array, i, guess, weights);
      assertEquals(difference, gradient[i], tolerance() * scale, name + "[" + i + "]");
    }
  }

  /** Of the fourth order, so that the step may be long and the noise of the solves little. */
  private double difference(
      Problem problem, String name, Array array, int i, Array guess, double[] weights) {
    double near =
        loss(problem, name, array, i, STEP, guess, weights)
            - loss(problem, name, array, i, -STEP, guess, weights);
    double far =
        loss(problem, name, array, i, 2 * STEP, guess, weights)
            - loss(problem, name, array, i, -2 * STEP, guess, weights);
    return (8 * near - far) / (12 * STEP);
  }

  private double loss(
      Problem p, String name, Array array, int i, double step, Array guess, double[] weights) {
    Array moved = array.as(DType.FLOAT64);
    moved.set(i, moved.get(i) + step);
    double[] u = solve(replaced(p, name, moved), guess).actions();
    double sum = 0;
    for (int k = 0; k < u.length; k++) {
      sum += weights[k] * u[k];
    }
    return sum;
  }

  private static Problem replaced(Problem p, String name, Array moved) {
    Map<String, Array> parameters = new LinkedHashMap<>(p.parameters());
    parameters.computeIfPresent(name, (n, old) -> moved);
    Map<String, Array> context = new LinkedHashMap<>(p.context());
    context.computeIfPresent(name, (n, old) -> moved);
    return new Problem(
        p.spec(),
        p.dtype(),
        name.equals("initial state") ? moved : p.initialState(),
        name.equals("low") ? moved : p.low(),
        name.equals("high") ? moved : p.high(),
        context,
        parameters);
  }
}
