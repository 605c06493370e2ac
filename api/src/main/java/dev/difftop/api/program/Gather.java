package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * Rows of a table by index: {@code y[b, i, ...] = x[b, index[b, i], ...]}. Operands: the table,
 * shape (n, row...) per sample or shared, and the indices, any sample shape. An index is rounded to
 * the nearest whole number; one outside [0, n), or NaN, gives zeros. Indices have no derivative.
 */
public record Gather() implements Primitive {
  @Override
  public String name() {
    return "gather";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] table = Shaping.sample(operands[0]);
    if (table.length == 0) {
      throw new ShapeException("gather: a table of shape " + operands[0].shape() + " has no rows");
    }
    int[] index = Shaping.sample(operands[1]);
    int[] out = new int[index.length + table.length - 1];
    System.arraycopy(index, 0, out, 0, index.length);
    System.arraycopy(table, 1, out, index.length, table.length - 1);
    return Shaping.shape(Shaping.batched(operands[0]) || Shaping.batched(operands[1]), out);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return tangents[0] == null ? null : tangents[0].gather(operands[1]);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor table = operands[0];
    int rows = Shaping.sample(table)[0];
    Tensor scattered =
        Tensor.apply(new Scatter(rows, Shaping.batched(table)), cotangent, operands[1]);
    return new Tensor[] {scattered, null};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    Tensor table = operands[0];
    Tensor index = operands[1];
    if (!mapped[0]) {
      return table.gather(index);
    }
    // One long table of all copies: row r of copy k is row k n + r.
    int[] dims = Shaping.sample(table);
    int[] joined = new int[dims.length - 1];
    joined[0] = dims[0] * dims[1];
    System.arraycopy(dims, 2, joined, 1, joined.length - 1);
    return table
        .reshapeSample(joined)
        .gather(offsetByCopy(Shaping.mapAlong(index, mapped[1], size), size, dims[1]));
  }

  /** Adds k n to the indices of copy k, keeping those outside the table outside. */
  static Tensor offsetByCopy(Tensor index, int copies, int rows) {
    double[] offsets = new double[copies];
    for (int k = 0; k < copies; k++) {
      offsets[k] = (double) k * rows;
    }
    int[] along = new int[Shaping.sample(index).length];
    java.util.Arrays.fill(along, 1);
    along[0] = copies;
    Tensor inside =
        Tensor.constant(-0.5).lessEqual(index).times(index.less(Tensor.constant(rows - 0.5)));
    Tensor offset = Tensor.constant(offsets, along);
    return inside.where(index.plus(offset), Tensor.constant(-1));
  }

  /** The row that an index means, -1 where it is outside. */
  static int row(double index, int rows) {
    return index >= -0.5 && index < rows - 0.5 ? (int) Math.round(index) : -1;
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] table = Shaping.sample(y.operand(0));
    int rows = table[0];
    int row = Shaping.product(table, 1, table.length);
    int count = Shaping.product(Shaping.sample(y.operand(1)));
    int samples = Shaping.batched(y) ? batch : 1;
    double[] out = new double[samples * count * row];
    for (int b = 0; b < samples; b++) {
      int base = Shaping.batched(y.operand(0)) ? b * rows * row : 0;
      int first = Shaping.batched(y.operand(1)) ? b * count : 0;
      for (int i = 0; i < count; i++) {
        int at = row(operands[1][first + i], rows);
        if (at >= 0) {
          System.arraycopy(operands[0], base + at * row, out, (b * count + i) * row, row);
        }
      }
    }
    return out;
  }
}
