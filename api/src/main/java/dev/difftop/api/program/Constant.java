package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/** Numbers known when the program is traced; shared by the batch. */
public final class Constant implements Primitive {
  private final Shape shape;
  private final double[] values;

  /**
   * A constant.
   *
   * @param shape without batch, or batched for one value that fills every sample
   * @param values row-major; a single one fills the shape
   */
  Constant(Shape shape, double... values) {
    if (values.length != 1 && (shape.isBatched() || values.length != shape.size())) {
      throw new ShapeException("constant: " + values.length + " values do not fill shape " + shape);
    }
    this.shape = shape;
    this.values = isUniform(values) ? new double[] {values[0]} : values.clone();
  }

  private static boolean isUniform(double[] values) {
    for (double v : values) {
      if (Double.doubleToRawLongBits(v) != Double.doubleToRawLongBits(values[0])) {
        return false;
      }
    }
    return values.length > 0;
  }

  /** Whether one value fills the whole shape. */
  public boolean isUniform() {
    return values.length == 1;
  }

  /** The value at a row-major index of the shape. */
  public double at(int index) {
    return values.length == 1 ? values[0] : values[index];
  }

  @Override
  public String name() {
    return values.length <= 4 ? "constant " + Arrays.toString(values) : "constant";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    return shape;
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return null;
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    return new Tensor[0];
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    throw new IllegalStateException("a constant has no operands to map");
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    double[] out = new double[shape.withBatch(batch).size()];
    if (isUniform()) {
      Arrays.fill(out, values[0]);
    } else {
      System.arraycopy(values, 0, out, 0, out.length);
    }
    return out;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Constant c && shape.equals(c.shape) && Arrays.equals(values, c.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }
}
