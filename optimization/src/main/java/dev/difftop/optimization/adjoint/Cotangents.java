package dev.difftop.optimization.adjoint;

import dev.difftop.api.Problem;
import java.util.Arrays;

/**
 * The derivative of a loss in what a solver returned: where an adjoint starts.
 *
 * @param actions dL/du, shape (B, H, nu), row-major; null for zero
 * @param states dL/dx, shape (B, H + 1, nx), row-major; null for zero
 * @param cost dL/dJ, shape (B); null for zero
 */
public record Cotangents(double[] actions, double[] states, double[] cost) {
  /** Of a loss on the actions alone. */
  public static Cotangents ofActions(double[] actions) {
    return new Cotangents(actions, null, null);
  }

  /** Of a loss on the optimal cost alone. */
  public static Cotangents ofCost(double[] cost) {
    return new Cotangents(null, null, cost);
  }

  /** Whether the loss reads nothing but the optimal cost. */
  boolean isOfCostAlone() {
    return actions == null && states == null;
  }

  /** Checks the lengths against a problem. */
  void check(Problem problem) {
    int batch = problem.batch();
    int horizon = problem.spec().horizon();
    require("actions", actions, batch * horizon * problem.spec().actionSize());
    require("states", states, batch * (horizon + 1) * problem.spec().stateSize());
    require("cost", cost, batch);
  }

  private static void require(String what, double[] values, int expected) {
    if (values != null && values.length != expected) {
      throw new IllegalArgumentException(
          "cotangent of %s: found %d numbers, expected %d"
              .formatted(what, values.length, expected));
    }
  }

  /** Whether every number of a sample is finite. */
  boolean isFinite(int sample, int batch) {
    return isFinite(actions, sample, batch)
        && isFinite(states, sample, batch)
        && isFinite(cost, sample, batch);
  }

  private static boolean isFinite(double[] values, int sample, int batch) {
    int length = values == null ? 0 : values.length / batch;
    for (int i = sample * length; i < (sample + 1) * length; i++) {
      if (!Double.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether a sample's loss depends on nothing. */
  boolean isZero(int sample, int batch) {
    return isZero(actions, sample, batch)
        && isZero(states, sample, batch)
        && isZero(cost, sample, batch);
  }

  private static boolean isZero(double[] values, int sample, int batch) {
    int length = values == null ? 0 : values.length / batch;
    for (int i = sample * length; i < (sample + 1) * length; i++) {
      if (values[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The same, silent in every sample in which a number is not finite. */
  Cotangents finite(int batch) {
    Cotangents out = this;
    for (int b = 0; b < batch; b++) {
      if (!isFinite(b, batch)) {
        out = out == this ? copy() : out;
        silence(out.actions, b, batch);
        silence(out.states, b, batch);
        silence(out.cost, b, batch);
      }
    }
    return out;
  }

  private Cotangents copy() {
    return new Cotangents(copy(actions), copy(states), copy(cost));
  }

  private static double[] copy(double[] values) {
    return values == null ? null : values.clone();
  }

  private static void silence(double[] values, int sample, int batch) {
    if (values != null) {
      int length = values.length / batch;
      Arrays.fill(values, sample * length, (sample + 1) * length, 0);
    }
  }
}
