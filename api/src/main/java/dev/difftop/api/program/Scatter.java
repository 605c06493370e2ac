package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * Adds rows into a table of zeros, the transpose of {@link Gather}: {@code y[b, index[b, i], ...]
 * += x[b, i, ...]}. Operands: the rows, sample shape (index..., row...), and the indices. An index
 * outside [0, rows), or NaN, is left out.
 *
 * @param rows length n of the table
 * @param perSample whether every sample has its own table; else one shared table takes all
 */
public record Scatter(int rows, boolean perSample) implements Primitive {
  @Override
  public String name() {
    return "scatter into " + rows + (perSample ? "" : ", summed over the batch");
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] values = Shaping.sample(operands[0]);
    int[] index = Shaping.sample(operands[1]);
    boolean fits = values.length >= index.length;
    for (int i = 0; fits && i < index.length; i++) {
      fits = values[i] == index[i];
    }
    if (!fits) {
      throw new ShapeException(
          "scatter: rows of shape %s do not fit indices of shape %s"
              .formatted(operands[0].shape(), operands[1].shape()));
    }
    int[] out = new int[values.length - index.length + 1];
    out[0] = rows;
    System.arraycopy(values, index.length, out, 1, out.length - 1);
    return Shaping.shape(perSample, out);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return tangents[0] == null ? null : Tensor.apply(this, tangents[0], operands[1]);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Shape values = operands[0].shape();
    Tensor gathered = cotangent.gather(operands[1]);
    boolean overBatch = gathered.shape().isBatched() && !values.isBatched();
    return new Tensor[] {Sum.of(gathered, overBatch).broadcastTo(values), null};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    Tensor values = Shaping.mapAlong(operands[0], mapped[0], size);
    Tensor index = Shaping.mapAlong(operands[1], mapped[1], size);
    Tensor joined =
        Tensor.apply(
            new Scatter(size * rows, perSample), values, Gather.offsetByCopy(index, size, rows));
    int[] dims = Shaping.sample(joined);
    int[] out = Shaping.insert(dims, 0, size);
    out[1] = rows;
    return joined.reshapeSample(out);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] table = Shaping.sample(y);
    int row = Shaping.product(table, 1, table.length);
    int count = Shaping.product(Shaping.sample(y.operand(1)));
    boolean batched = Shaping.batched(y.operand(0)) || Shaping.batched(y.operand(1));
    int samples = batched || perSample ? batch : 1;
    double[] out = new double[(perSample ? batch : 1) * rows * row];
    for (int b = 0; b < samples; b++) {
      int base = perSample ? b * rows * row : 0;
      int first = Shaping.batched(y.operand(1)) ? b * count : 0;
      int source = Shaping.batched(y.operand(0)) ? b * count * row : 0;
      for (int i = 0; i < count; i++) {
        int at = Gather.row(operands[1][first + i], rows);
        if (at >= 0) {
          for (int j = 0; j < row; j++) {
            out[base + at * row + j] += operands[0][source + i * row + j];
          }
        }
      }
    }
    return out;
  }
}
