package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/** Arithmetic of shapes: sample axes, broadcasting, strides. */
final class Shaping {
  private Shaping() {}

  /** The shape with these sample axes, batched or not. */
  static Shape shape(boolean batched, int... sample) {
    return batched ? Shape.batched(sample) : Shape.of(sample);
  }

  static int[] sample(Tensor t) {
    return t.shape().sample().dims();
  }

  static boolean batched(Tensor t) {
    return t.shape().isBatched();
  }

  static int[] insert(int[] dims, int position, int size) {
    int[] out = new int[dims.length + 1];
    System.arraycopy(dims, 0, out, 0, position);
    out[position] = size;
    System.arraycopy(dims, position, out, position + 1, dims.length - position);
    return out;
  }

  static int[] with(int[] dims, int axis, int size) {
    int[] out = dims.clone();
    out[axis] = size;
    return out;
  }

  static int product(int[] dims, int from, int to) {
    int n = 1;
    for (int i = from; i < to; i++) {
      n = Math.multiplyExact(n, dims[i]);
    }
    return n;
  }

  static int product(int[] dims) {
    return product(dims, 0, dims.length);
  }

  /**
   * The common shape of two operands: the batch axis is matched with the batch axis, the sample
   * axes from the right.
   */
  static Shape broadcast(String operation, Shape a, Shape b) {
    int[] x = a.sample().dims();
    int[] y = b.sample().dims();
    int rank = Math.max(x.length, y.length);
    int[] out = new int[rank];
    for (int i = 0; i < rank; i++) {
      int dx = i < rank - x.length ? 1 : x[i - rank + x.length];
      int dy = i < rank - y.length ? 1 : y[i - rank + y.length];
      if (dx != dy && dx != 1 && dy != 1) {
        throw new ShapeException(operation + ": shapes " + a + " and " + b + " do not fit");
      }
      out[i] = dx == 1 ? dy : dx;
    }
    return shape(a.isBatched() || b.isBatched(), out);
  }

  /** Gives an operand without the extra axis one of size 1, so that it broadcasts along it. */
  static Tensor liftForMap(Tensor t, boolean mapped, int rankOfMapped) {
    if (mapped) {
      return t;
    }
    int[] dims = sample(t);
    int[] lifted = new int[rankOfMapped];
    Arrays.fill(lifted, 1);
    System.arraycopy(dims, 0, lifted, rankOfMapped - dims.length, dims.length);
    return t.reshapeSample(lifted);
  }

  /** Broadcasts an operand without the extra axis along it. */
  static Tensor mapAlong(Tensor t, boolean mapped, int size) {
    if (mapped) {
      return t;
    }
    int[] dims = sample(t);
    return t.reshapeSample(insert(dims, 0, 1))
        .broadcastTo(shape(batched(t), insert(dims, 0, size)));
  }

  /**
   * Makes a cotangent fit its operand: summed over the batch and over further leading axes, or
   * repeated along the batch.
   */
  static Tensor like(Tensor t, Tensor operand) {
    Tensor summed = batched(t) && !batched(operand) ? Sum.of(t, true) : t;
    int extra = sample(summed).length - sample(operand).length;
    int[] leading = java.util.stream.IntStream.range(0, extra).toArray();
    return Sum.of(summed, false, leading).broadcastTo(operand.shape());
  }

  /** Row-major strides. */
  static int[] strides(int[] dims) {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= dims[i];
    }
    return strides;
  }
}
