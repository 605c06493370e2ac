package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The operations of {@link Tensor} that give the same numbers another shape or order, and what of
 * them needs no operation: constants stay constants, a view of a view is one view, a piece of what
 * was joined is a piece of its part. Axes count within a sample where not said otherwise.
 */
final class Reshaping {
  private Reshaping() {}

  private static boolean isUniform(Tensor t) {
    return t.primitive() instanceof Constant c && c.isUniform();
  }

  private static Tensor filledLike(Tensor t, Shape shape) {
    return Tensor.filled(shape, ((Constant) t.primitive()).at(0));
  }

  private static int batchAxes(boolean batched) {
    return batched ? 1 : 0;
  }

  // ------------------------------------------------------------------ axes

  static Tensor reshaped(Tensor t, int... dims) {
    if (Arrays.equals(Shaping.sample(t), dims)) {
      return t;
    }
    if (t.primitive() instanceof Reshape) {
      return reshaped(t.operand(0), dims);
    }
    Reshape reshape = Reshape.to(dims);
    return isUniform(t) ? filledLike(t, reshape.shape(new Tensor[] {t})) : Tensor.apply(reshape, t);
  }

  /** With an axis of size 1 more, which is axis {@code axis} of the result, the batch counted. */
  static Tensor withNewAxis(Tensor t, int axis) {
    int rank = t.shape().rank() + 1;
    int at = (axis < 0 ? axis + rank : axis) - batchAxes(Shaping.batched(t));
    if (at < 0 || at > t.shape().sample().rank()) {
      throw new ShapeException(
          "no new axis can stand at %d of a result made from shape %s".formatted(axis, t.shape()));
    }
    return reshaped(t, Shaping.insert(Shaping.sample(t), at, 1));
  }

  /**
   * Without an axis of size 1.
   *
   * @param asked what the caller calls the axis
   */
  static Tensor squeezed(Tensor t, int axis, int asked) {
    int[] dims = Shaping.sample(t);
    if (dims[axis] != 1) {
      throw new ShapeException("squeeze of axis " + asked + ": shape " + t.shape());
    }
    int[] out = new int[dims.length - 1];
    System.arraycopy(dims, 0, out, 0, axis);
    System.arraycopy(dims, axis + 1, out, axis, out.length - axis);
    return reshaped(t, out);
  }

  /** In the order given, the batch counted. */
  static Tensor transposed(Tensor t, int... order) {
    int skip = batchAxes(Shaping.batched(t));
    if (order.length != t.shape().rank() || (skip == 1 && order[0] != 0)) {
      throw new ShapeException(
          "transpose of %s by %s: every axis once, the batch first"
              .formatted(t.shape(), Arrays.toString(order)));
    }
    return reordered(t, Arrays.stream(order).skip(skip).map(axis -> axis - skip).toArray());
  }

  static Tensor withLastAxesSwapped(Tensor t) {
    int rank = t.shape().sample().rank();
    if (rank < 2) {
      throw new ShapeException("swapLastAxes: shape " + t.shape() + " has no matrix");
    }
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    return reordered(t, order);
  }

  private static Tensor reordered(Tensor t, int... order) {
    boolean same = Arrays.equals(order, IntStream.range(0, order.length).toArray());
    return same ? t : Tensor.apply(Transpose.by(order), t);
  }

  // ------------------------------------------------------------------ pieces

  static Tensor sliced(Tensor t, int axis, int start, int length) {
    int[] dims = Shaping.sample(t);
    if (axis < dims.length && start == 0 && length == dims[axis]) {
      return t;
    }
    Slice slice = new Slice(axis, start, length);
    Shape out = slice.shape(new Tensor[] {t});
    if (isUniform(t)) {
      return filledLike(t, out);
    }
    if (t.primitive() instanceof Slice inner && inner.axis() == axis) {
      return sliced(t.operand(0), axis, inner.start() + start, length);
    }
    if (t.primitive() instanceof Concat concat && concat.axis() == axis) {
      int offset = 0;
      for (Tensor part : t.operands()) {
        int own = Shaping.sample(part)[axis];
        if (start >= offset && start + length <= offset + own) {
          return sliced(part, axis, start - offset, length);
        }
        offset += own;
      }
    }
    return Tensor.apply(slice, t);
  }

  /** Rows of a table: one piece, all of it, or a look-up. */
  static Tensor gathered(Tensor table, Tensor index) {
    int[] dims = Shaping.sample(table);
    int rows = dims.length == 0 ? 0 : dims[0];
    if (rows > 0 && isUniform(index)) {
      return row(table, index, rows);
    }
    boolean all = index.primitive() instanceof Constant c && countsUp(c, rows, index.shape());
    return all ? table : Tensor.apply(new Gather(), table, index);
  }

  /** The same row for every entry of a constant index. */
  private static Tensor row(Tensor table, Tensor index, int rows) {
    Shape out = new Gather().shape(new Tensor[] {table, index});
    int at = Gather.row(((Constant) index.primitive()).at(0), rows);
    if (at < 0) {
      return Tensor.zeros(out);
    }
    int[] dims = Shaping.sample(table);
    int[] lifted = new int[out.sample().rank()];
    Arrays.fill(lifted, 1);
    System.arraycopy(dims, 1, lifted, lifted.length - dims.length + 1, dims.length - 1);
    return reshaped(sliced(table, 0, at, 1), lifted).broadcastTo(out);
  }

  private static boolean countsUp(Constant c, int rows, Shape shape) {
    boolean all = shape.rank() == 1 && shape.dim(0) == rows;
    for (int i = 0; all && i < rows; i++) {
      all = c.at(i) == i;
    }
    return all;
  }

  // ------------------------------------------------------------------ joining

  private static boolean anyBatched(String operation, Tensor... parts) {
    if (parts.length == 0) {
      throw new ShapeException(operation + ": no operands");
    }
    return Arrays.stream(parts).anyMatch(Shaping::batched);
  }

  /** Along an axis of the result, the batch counted. */
  static Tensor joined(int axis, Tensor... parts) {
    int skip = batchAxes(anyBatched("concat", parts));
    int rank = parts[0].shape().sample().rank() + skip;
    int at = (axis < 0 ? axis + rank : axis) - skip;
    if (at < 0) {
      throw new ShapeException("concat: samples of the batch are never joined (axis " + axis + ")");
    }
    return Concat.of(at, parts);
  }

  /** Along a new axis of the result, the batch counted. */
  static Tensor stacked(int axis, Tensor... parts) {
    boolean batched = anyBatched("stack", parts);
    Tensor[] lifted = new Tensor[parts.length];
    for (int i = 0; i < parts.length; i++) {
      Shape shape = Shaping.shape(batched, Shaping.sample(parts[i]));
      lifted[i] = withNewAxis(parts[i].broadcastTo(shape), axis);
    }
    return joined(axis, lifted);
  }
}
