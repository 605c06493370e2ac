package dev.difftop.learning.model;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;

/** The bounds of normalised actions, [-1, 1] in every component. */
public final class ActionBox {
  private ActionBox() {}

  /** Lower bounds, shape (H, nu), float64. */
  public static Array low(ProblemSpec spec) {
    return filled(spec, -1);
  }

  /** Upper bounds, shape (H, nu), float64. */
  public static Array high(ProblemSpec spec) {
    return filled(spec, 1);
  }

  private static Array filled(ProblemSpec spec, double value) {
    Array box = Array.zeros(DType.FLOAT64, Shape.of(spec.horizon(), spec.actionSize()));
    box.fill(value);
    return box;
  }
}
