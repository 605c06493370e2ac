package dev.difftop.api.program;

import dev.difftop.api.array.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The same elements under other sample axes; the batch stays.
 *
 * @param sample the new sample axes
 */
public record Reshape(List<Integer> sample) implements Primitive {
  static Reshape to(int... sample) {
    return new Reshape(Arrays.stream(sample).boxed().toList());
  }

  private int[] dims() {
    return sample.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String name() {
    return "reshape to " + sample;
  }

  @Override
  public Shape shape(Tensor[] operands) {
    Shape from = operands[0].shape();
    Shape to = Shaping.shape(from.isBatched(), dims());
    if (from.elements() != to.elements()) {
      throw new ShapeException("reshape: shape " + from + " has not the size of " + to);
    }
    return to;
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return tangents[0].reshapeSample(dims());
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    return new Tensor[] {cotangent.reshapeSample(Shaping.sample(operands[0]))};
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    return operands[0].reshapeSample(Shaping.insert(dims(), 0, size));
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    return operands[0].clone();
  }
}
