package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/** {@code mask != 0 ? a : b}, elementwise, operands of equal shape. */
public record Where() implements Primitive {
  @Override
  public String name() {
    return "where";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    Shape shape = operands[0].shape();
    if (!shape.equals(operands[1].shape()) || !shape.equals(operands[2].shape())) {
      throw new ShapeException(
          "where: shapes %s, %s and %s differ"
              .formatted(shape, operands[1].shape(), operands[2].shape()));
    }
    return shape;
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    if (tangents[1] == null && tangents[2] == null) {
      return null;
    }
    Tensor zero = Tensor.constant(0);
    return operands[0].where(
        tangents[1] == null ? zero : tangents[1], tangents[2] == null ? zero : tangents[2]);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor zero = Tensor.constant(0);
    return new Tensor[] {
      null, operands[0].where(cotangent, zero), operands[0].where(zero, cotangent)
    };
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    int rank = Binary.mappedRank(operands, mapped);
    return Shaping.liftForMap(operands[0], mapped[0], rank)
        .where(
            Shaping.liftForMap(operands[1], mapped[1], rank),
            Shaping.liftForMap(operands[2], mapped[2], rank));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    double[] out = new double[operands[0].length];
    for (int i = 0; i < out.length; i++) {
      out[i] = operands[0][i] != 0 ? operands[1][i] : operands[2][i];
    }
    return out;
  }
}
