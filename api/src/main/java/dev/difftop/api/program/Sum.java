package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sum over sample axes, and over the batch if asked; the axes disappear.
 *
 * @param overBatch whether the batch is summed too; the result is then shared
 * @param axes sample axes, ascending
 */
public record Sum(boolean overBatch, List<Integer> axes) implements Primitive {
  static Tensor of(Tensor x, boolean overBatch, int... axes) {
    if (axes.length == 0 && !overBatch) {
      return x;
    }
    List<Integer> sorted = Arrays.stream(axes).sorted().boxed().toList();
    return Tensor.apply(new Sum(overBatch, sorted), x);
  }

  @Override
  public String name() {
    return (overBatch ? "batch-sum" : "sum") + " over " + axes;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    int[] dims = Shaping.sample(operands[0]);
    if (overBatch && !Shaping.batched(operands[0])) {
      throw new ShapeException(name() + ": shape " + operands[0].shape() + " has no batch");
    }
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      if (!axes.contains(i)) {
        kept.add(dims[i]);
      }
    }
    if (kept.size() != dims.length - axes.size()) {
      throw new ShapeException(name() + ": no such axes in shape " + operands[0].shape());
    }
    int[] sample = kept.stream().mapToInt(Integer::intValue).toArray();
    return Shaping.shape(Shaping.batched(operands[0]) && !overBatch, sample);
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return Tensor.apply(this, tangents[0]);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor x = operands[0];
    int[] kept = Shaping.sample(x);
    axes.forEach(axis -> kept[axis] = 1);
    return new Tensor[] {cotangent.reshapeSample(kept).broadcastTo(x.shape())};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    int[] shifted = axes.stream().mapToInt(axis -> axis + 1).toArray();
    return of(operands[0], overBatch, shifted);
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    Tensor x = y.operand(0);
    int[] dims = Shaping.sample(x);
    int n = Shaping.product(dims);
    int m = Shaping.product(Shaping.sample(y));
    int samples = Shaping.batched(x) ? batch : 1;
    int[] target = targets(dims, n);
    double[] out = new double[(overBatch ? 1 : samples) * m];
    for (int b = 0; b < samples; b++) {
      int at = overBatch ? 0 : b * m;
      for (int i = 0; i < n; i++) {
        out[at + target[i]] += operands[0][b * n + i];
      }
    }
    return out;
  }

  /** For every element of a sample, where its sum lies. */
  private int[] targets(int[] dims, int n) {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      if (!axes.contains(i)) {
        strides[i] = step;
        step *= dims[i];
      }
    }
    int[] own = Shaping.strides(dims);
    int[] target = new int[n];
    for (int i = 0; i < n; i++) {
      for (int axis = 0; axis < dims.length; axis++) {
        target[i] += i / own[axis] % dims[axis] * strides[axis];
      }
    }
    return target;
  }
}
