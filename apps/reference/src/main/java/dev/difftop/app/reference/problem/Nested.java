package dev.difftop.app.reference.problem;

import java.util.ArrayList;
import java.util.List;

/** Row-major numbers as nested lists. */
public final class Nested {
  private Nested() {}

  /** The leading numbers that fill a shape; without axes the first number itself. */
  public static Object of(double[] values, int... dims) {
    return build(values, 0, dims, 0);
  }

  private static Object build(double[] values, int from, int[] dims, int axis) {
    if (axis == dims.length) {
      return values[from];
    }
    int stride = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      stride *= dims[i];
    }
    List<Object> out = new ArrayList<>(dims[axis]);
    for (int i = 0; i < dims[axis]; i++) {
      out.add(build(values, from + i * stride, dims, axis + 1));
    }
    return out;
  }
}
