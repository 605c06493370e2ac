package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;

/**
 * Product of matrices: the last two sample axes are the matrix, those before it run along. {@code
 * a} is (l..., m, k), {@code b} is (l..., k, n) or a single (k, n) for all; either may be shared by
 * the batch.
 *
 * @param transposeA whether a is given as (l..., k, m)
 * @param transposeB whether b is given as (l..., n, k)
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Primitive {
  @Override
  public String name() {
    return "matmul " + (transposeA ? "T" : "N") + (transposeB ? "T" : "N");
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] a = Shaping.sample(operands[0]);
    int[] b = Shaping.sample(operands[1]);
    boolean fits = a.length >= 2 && b.length >= 2;
    if (fits && b.length > 2) {
      fits = Arrays.equals(a, 0, a.length - 2, b, 0, b.length - 2);
    }
    if (!fits || inner(a, transposeA, true) != inner(b, transposeB, false)) {
      throw new ShapeException(
          "%s: shapes %s and %s do not fit"
              .formatted(name(), operands[0].shape(), operands[1].shape()));
    }
    int[] out = a.clone();
    out[a.length - 2] = a[a.length - (transposeA ? 1 : 2)];
    out[a.length - 1] = b[b.length - (transposeB ? 2 : 1)];
    return Shaping.shape(Shaping.batched(operands[0]) || Shaping.batched(operands[1]), out);
  }

  /** Length of the contracted axis. */
  private static int inner(int[] dims, boolean transposed, boolean left) {
    return dims[dims.length - (transposed == left ? 2 : 1)];
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    Tensor da =
        tangents[0] == null ? null : product(tangents[0], operands[1], transposeA, transposeB);
    Tensor db =
        tangents[1] == null ? null : product(operands[0], tangents[1], transposeA, transposeB);
    return da == null ? db : db == null ? da : da.plus(db);
  }

  private static Tensor product(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
    return Tensor.apply(new MatMul(transposeA, transposeB), a, b);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor g) {
    return new Tensor[] {
      cotangentOfA(operands[0], operands[1], g), cotangentOfB(operands[0], operands[1], g)
    };
  }

  private Tensor cotangentOfA(Tensor a, Tensor b, Tensor g) {
    if (transposeA && Shaping.sample(b).length == 2 && Shaping.sample(g).length > 2) {
      // b would stand on the left without running along: let it.
      b = b.broadcastTo(Shaping.shape(Shaping.batched(b), alongside(b, g)));
    }
    Tensor da = transposeA ? product(b, g, transposeB, true) : product(g, b, false, !transposeB);
    return Shaping.batched(a) || !Shaping.batched(da) ? da : Sum.of(da, true);
  }

  private Tensor cotangentOfB(Tensor a, Tensor b, Tensor g) {
    boolean single = Shaping.sample(b).length == 2;
    if (!single || (!Shaping.batched(a) && !Shaping.batched(g))) {
      Tensor db = transposeB ? product(g, a, true, transposeA) : product(a, g, !transposeA, false);
      if (single && Shaping.sample(db).length > 2) {
        db = Sum.of(db, false, leading(db));
      }
      return Shaping.batched(b) || !Shaping.batched(db) ? db : Sum.of(db, true);
    }
    Tensor left = rows(transposeA ? a.swapLastAxes() : a, g);
    Tensor right = rows(g, g);
    return Shaping.batched(b)
        ? (transposeB ? product(right, left, true, false) : product(left, right, true, false))
        : (transposeB ? Contract.of(right, left) : Contract.of(left, right));
  }

  /** All rows of all matrices of a sample, one below the other, batched like {@code like}. */
  private static Tensor rows(Tensor t, Tensor like) {
    int[] dims = Shaping.sample(t);
    int columns = dims[dims.length - 1];
    Tensor flat = t.reshapeSample(Shaping.product(dims, 0, dims.length - 1), columns);
    return flat.broadcastTo(Shaping.shape(Shaping.batched(like), Shaping.sample(flat)));
  }

  private static int[] leading(Tensor t) {
    return java.util.stream.IntStream.range(0, Shaping.sample(t).length - 2).toArray();
  }

  private static int[] alongside(Tensor matrix, Tensor like) {
    int[] out = Shaping.sample(like);
    int[] m = Shaping.sample(matrix);
    out[out.length - 2] = m[0];
    out[out.length - 1] = m[1];
    return out;
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    if (!mapped[0]
        && Shaping.sample(operands[0]).length == 2
        && Shaping.sample(operands[1]).length == 3) {
      return manyRightHandSides(operands[0], operands[1], size);
    }
    Tensor a = Shaping.mapAlong(operands[0], mapped[0], size);
    Tensor b = operands[1];
    int bRank = Shaping.sample(b).length - (mapped[1] ? 1 : 0);
    int aRank = Shaping.sample(a).length - 1;
    if (mapped[1] && bRank == 2 && aRank > 2) {
      int[] dims = Shaping.sample(b);
      int[] lifted = Shaping.sample(a).clone();
      java.util.Arrays.fill(lifted, 1, lifted.length - 2, 1);
      lifted[lifted.length - 2] = dims[1];
      lifted[lifted.length - 1] = dims[2];
      int[] full = Shaping.sample(a).clone();
      full[full.length - 2] = dims[1];
      full[full.length - 1] = dims[2];
      b = b.reshapeSample(lifted).broadcastTo(Shaping.shape(Shaping.batched(b), full));
    } else if (!mapped[1] && bRank > 2) {
      b = Shaping.mapAlong(b, false, size);
    }
    return product(a, b, transposeA, transposeB);
  }

  /** One a for all copies of b: their columns become the rows of one product, y' = b' a'. */
  private Tensor manyRightHandSides(Tensor a, Tensor b, int size) {
    Tensor columns = transposeB ? b : b.swapLastAxes();
    int[] dims = Shaping.sample(columns);
    Tensor rows = columns.reshapeSample(size * dims[1], dims[2]);
    Tensor product = product(rows, a, false, !transposeA);
    int m = Shaping.sample(product)[1];
    return product.reshapeSample(size, dims[1], m).swapLastAxes();
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] dims = Shaping.sample(y);
    int m = dims[dims.length - 2];
    int n = dims[dims.length - 1];
    int[] a = Shaping.sample(y.operand(0));
    int k = inner(a, transposeA, true);
    int along = Shaping.product(dims, 0, dims.length - 2);
    boolean bAlong = Shaping.sample(y.operand(1)).length > 2;
    int samples = Shaping.batched(y) ? batch : 1;
    double[] out = new double[samples * along * m * n];
    for (int s = 0; s < samples; s++) {
      for (int l = 0; l < along; l++) {
        int pa = ((Shaping.batched(y.operand(0)) ? s * along : 0) + l) * m * k;
        int pb = (Shaping.batched(y.operand(1)) ? s * (bAlong ? along : 1) : 0) + (bAlong ? l : 0);
        multiply(operands[0], pa, operands[1], pb * k * n, out, (s * along + l) * m * n, m, k, n);
      }
    }
    return out;
  }

  private void multiply(
      double[] a, int pa, double[] b, int pb, double[] out, int po, int m, int k, int n) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int c = 0; c < k; c++) {
          double x = a[pa + (transposeA ? c * m + i : i * k + c)];
          double z = b[pb + (transposeB ? j * k + c : c * n + j)];
          sum += x * z;
        }
        out[po + i * n + j] = sum;
      }
    }
  }
}
