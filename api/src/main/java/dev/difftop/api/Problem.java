package dev.difftop.api;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A batch of trajectory problems: a {@link ProblemSpec} and the numbers of its leaves.
 *
 * @param spec the form
 * @param dtype number format in which programs run
 * @param initialState x_0, shape (B, nx)
 * @param low lower bounds of the actions, shape (H, nu) for all samples or (B, H, nu); -∞ for none
 * @param high upper bounds, likewise; +∞ for none
 * @param context every leaf of {@link ProblemSpec#context()}, each (B, ...)
 * @param parameters every leaf of {@link ProblemSpec#parameters()}; arrays from {@link
 *     Engine#allocate} of {@code dtype} are read in place, others are copied
 */
public record Problem(
    ProblemSpec spec,
    DType dtype,
    Array initialState,
    Array low,
    Array high,
    Map<String, Array> context,
    Map<String, Array> parameters) {
  /** Checks every shape and that bounds are ordered. */
  public Problem {
    int batch = initialState.shape().rank() == 2 ? initialState.shape().dim(0) : 0;
    require("initial state", initialState, Shape.of(Math.max(batch, 1), spec.stateSize()));
    checkBounds(spec, batch, low, high);
    for (var leaf : spec.context().entrySet()) {
      require(
          "context leaf " + leaf.getKey(),
          context.get(leaf.getKey()),
          Shape.batched(leaf.getValue().dims()).withBatch(batch));
    }
    for (var leaf : spec.parameters().entrySet()) {
      require("parameter " + leaf.getKey(), parameters.get(leaf.getKey()), leaf.getValue().shape());
    }
    context = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(context));
    parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  private static void require(String what, Array found, Shape expected) {
    if (found == null || !found.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "problem: %s: found %s, expected shape %s"
              .formatted(what, found == null ? "nothing" : found, expected));
    }
  }

  private static void checkBounds(ProblemSpec spec, int batch, Array low, Array high) {
    Shape one = Shape.of(spec.horizon(), spec.actionSize());
    Shape each = Shape.of(batch, spec.horizon(), spec.actionSize());
    for (Array bound : new Array[] {low, high}) {
      if (!bound.shape().equals(one)) {
        require("action bound", bound, each);
      }
    }
    int n = Math.max(low.size(), high.size());
    for (int i = 0; i < n; i++) {
      double lo = low.get(i % low.size());
      double hi = high.get(i % high.size());
      if (!(lo <= hi)) {
        throw new IllegalArgumentException(
            "problem: action bounds: found [%s, %s] at component %d, expected low <= high"
                .formatted(lo, hi, i));
      }
    }
  }

  /** B. */
  public int batch() {
    return initialState.shape().dim(0);
  }

  /** Zero actions, shape (B, H, nu). */
  public Array zeroGuess() {
    return Array.zeros(DType.FLOAT64, Shape.of(batch(), spec.horizon(), spec.actionSize()));
  }

  /** Lower bound of a component of a sample's actions, by its row-major index in (H, nu). */
  public double low(int sample, int component) {
    return bound(low, sample, component);
  }

  /** Upper bound of a component of a sample's actions, by its row-major index in (H, nu). */
  public double high(int sample, int component) {
    return bound(high, sample, component);
  }

  private double bound(Array bound, int sample, int component) {
    int n = spec.horizon() * spec.actionSize();
    return bound.get(bound.size() == n ? component : sample * n + component);
  }
}
