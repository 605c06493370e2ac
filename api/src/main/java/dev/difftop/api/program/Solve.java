package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/**
 * Solutions of small systems of linear equations, {@code a y = b}. Operands: a, sample axes (l...,
 * n, n), and the right-hand sides b, (l..., n, m); either may be shared by the batch. A sample
 * whose matrix is singular, or not positive definite where that is promised, gets NaN, and no other
 * sample notices.
 *
 * @param transposed whether the equations are {@code aᵀ y = b}
 * @param positive whether a is symmetric positive definite: then only its lower triangle is read,
 *     by Cholesky's method, and derivatives are right for changes that keep it symmetric
 */
public record Solve(boolean transposed, boolean positive) implements Primitive {
  @Override
  public String name() {
    return "solve" + (positive ? " positive definite" : transposed ? " transposed" : "");
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] a = Shaping.sample(operands[0]);
    int[] b = Shaping.sample(operands[1]);
    int last = a.length - 1;
    boolean fits =
        last >= 1
            && b.length == a.length
            && a[last] == a[last - 1]
            && Arrays.equals(a, 0, last, b, 0, last);
    if (!fits) {
      throw new ShapeException(
          "%s: a matrix of shape %s and right-hand sides of shape %s do not fit"
              .formatted(name(), operands[0].shape(), operands[1].shape()));
    }
    return Shaping.shape(Shaping.batched(operands[0]) || Shaping.batched(operands[1]), b);
  }

  /** {@code a dy = db - da y}. */
  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor right = tangents[1];
    if (tangents[0] != null) {
      Tensor moved = tangents[0].matmul(y, transposed, false);
      right = right == null ? moved.negate() : right.minus(moved);
    }
    return Tensor.apply(this, operands[0], right);
  }

  /** The solution of the transposed equations is b's; its products with y are a's. */
  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor a = operands[0];
    Tensor b = operands[1];
    Tensor bar = Tensor.apply(new Solve(!transposed && !positive, positive), a, cotangent);
    Tensor outer = transposed ? y.matmul(bar, false, true) : bar.matmul(y, false, true);
    return new Tensor[] {Shaping.like(outer.negate(), a), Shaping.like(bar, b)};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    if (!mapped[0] && Shaping.sample(operands[0]).length == 2) {
      return manyRightHandSides(operands[0], operands[1], size);
    }
    return Tensor.apply(
        this,
        Shaping.mapAlong(operands[0], mapped[0], size),
        Shaping.mapAlong(operands[1], mapped[1], size));
  }

  /** One matrix for all copies of b: their columns stand side by side. */
  private Tensor manyRightHandSides(Tensor a, Tensor b, int size) {
    int[] dims = Shaping.sample(b);
    int n = dims[1];
    int m = dims[2];
    Tensor side = Tensor.apply(Transpose.by(1, 0, 2), b).reshapeSample(n, size * m);
    Tensor y = Tensor.apply(this, a, side);
    return Tensor.apply(Transpose.by(1, 0, 2), y.reshapeSample(n, size, m));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] dims = Shaping.sample(y);
    int n = dims[dims.length - 2];
    int m = dims[dims.length - 1];
    int along = Shaping.product(dims, 0, dims.length - 2);
    int samples = Shaping.batched(y) ? batch : 1;
    double[] out = new double[samples * along * n * m];
    Elimination elimination = new Elimination(this, n);
    double[] sides = new double[n * m];
    for (int i = 0; i < samples * along; i++) {
      int a = Shaping.batched(y.operand(0)) ? i : i % along;
      int b = Shaping.batched(y.operand(1)) ? i : i % along;
      System.arraycopy(operands[0], a * n * n, elimination.matrix(), 0, n * n);
      System.arraycopy(operands[1], b * n * m, sides, 0, n * m);
      elimination.factorize();
      elimination.solve(sides, m);
      System.arraycopy(sides, 0, out, i * n * m, n * m);
    }
    return out;
  }
}
