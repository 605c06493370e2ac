package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Repeats an operand to fill a shape: along the batch if it is shared, along sample axes of size 1,
 * matched from the right.
 *
 * @param target shape of the result
 */
public record Broadcast(Shape target) implements Primitive {
  @Override
  public String name() {
    return "broadcast to " + target;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    Shape from = operands[0].shape();
    if (!Shaping.broadcast("broadcast", from, target).equals(target)) {
      throw new ShapeException("broadcast: shape " + from + " does not fill " + target);
    }
    return target;
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return tangents[0].broadcastTo(target);
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    Tensor x = operands[0];
    int[] from = Shaping.sample(x);
    int[] to = target.sample().dims();
    int added = to.length - from.length;
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < to.length; i++) {
      if (i < added || from[i - added] != to[i]) {
        axes.add(i);
      }
    }
    boolean overBatch = target.isBatched() && !x.shape().isBatched();
    Tensor sum = Sum.of(cotangent, overBatch, axes.stream().mapToInt(Integer::intValue).toArray());
    return new Tensor[] {sum.reshapeSample(from)};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    int[] to = target.sample().dims();
    int[] from = Shaping.sample(operands[0]);
    int[] lifted = new int[to.length + 1];
    Arrays.fill(lifted, 1);
    lifted[0] = from[0];
    System.arraycopy(from, 1, lifted, lifted.length - (from.length - 1), from.length - 1);
    return operands[0]
        .reshapeSample(lifted)
        .broadcastTo(Shaping.shape(target.isBatched(), Shaping.insert(to, 0, size)));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    int[] to = target.sample().dims();
    int[] from = y.operand(0).shape().sample().dims();
    int added = to.length - from.length;
    int[] strides = new int[to.length];
    int[] own = Shaping.strides(from);
    for (int i = added; i < to.length; i++) {
      strides[i] = from[i - added] == 1 ? 0 : own[i - added];
    }
    int n = Shaping.product(to);
    int m = Shaping.product(from);
    int samples = target.isBatched() ? batch : 1;
    boolean batched = y.operand(0).shape().isBatched();
    double[] out = new double[samples * n];
    int[] index = new int[to.length];
    for (int b = 0; b < samples; b++) {
      Arrays.fill(index, 0);
      int at = batched ? b * m : 0;
      for (int i = 0; i < n; i++) {
        out[b * n + i] = operands[0][at];
        for (int axis = to.length - 1; axis >= 0; axis--) {
          at += strides[axis];
          if (++index[axis] < to[axis]) {
            break;
          }
          at -= strides[axis] * to[axis];
          index[axis] = 0;
        }
      }
    }
    return out;
  }
}
