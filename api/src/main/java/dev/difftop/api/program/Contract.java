package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * Contracts rows and batch: {@code y[i, j] = Σ_b Σ_r x[b, r, i] g[b, r, j]}, shared. The gradient
 * of a weight that all samples share, as one product. Operands are batched, (l..., r, m) and (l...,
 * r, n); the result is (l..., m, n).
 */
public record Contract() implements Primitive {
  static Tensor of(Tensor x, Tensor g) {
    return Tensor.apply(new Contract(), x, g);
  }

  @Override
  public String name() {
    return "contract";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] x = Shaping.sample(operands[0]);
    int[] g = Shaping.sample(operands[1]);
    boolean fits =
        Shaping.batched(operands[0])
            && Shaping.batched(operands[1])
            && x.length >= 2
            && x.length == g.length
            && java.util.Arrays.equals(x, 0, x.length - 1, g, 0, g.length - 1);
    if (!fits) {
      throw new ShapeException(
          "contract: shapes %s and %s do not fit"
              .formatted(operands[0].shape(), operands[1].shape()));
    }
    int[] out = x.clone();
    out[x.length - 2] = x[x.length - 1];
    out[x.length - 1] = g[g.length - 1];
    return Shape.of(out);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor dx = tangents[0] == null ? null : of(tangents[0], operands[1]);
    Tensor dg = tangents[1] == null ? null : of(operands[0], tangents[1]);
    return dx == null ? dg : dg == null ? dx : dx.plus(dg);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    return new Tensor[] {
      operands[1].matmul(cotangent, false, true), operands[0].matmul(cotangent, false, false)
    };
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    return of(
        Shaping.mapAlong(operands[0], mapped[0], size),
        Shaping.mapAlong(operands[1], mapped[1], size));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] x = Shaping.sample(y.operand(0));
    int rows = x[x.length - 2];
    int m = x[x.length - 1];
    int[] out = Shaping.sample(y);
    int n = out[out.length - 1];
    int along = Shaping.product(out, 0, out.length - 2);
    double[] sum = new double[along * m * n];
    for (int b = 0; b < batch; b++) {
      for (int l = 0; l < along; l++) {
        for (int r = 0; r < rows; r++) {
          int at = (b * along + l) * rows + r;
          for (int i = 0; i < m; i++) {
            double xi = operands[0][at * m + i];
            for (int j = 0; j < n; j++) {
              sum[(l * m + i) * n + j] += xi * operands[1][at * n + j];
            }
          }
        }
      }
    }
    return sum;
  }
}
