package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/** The size of the batch, a shared scalar: what a mean over the batch divides by. */
public record BatchSize() implements Primitive {
  @Override
  public String name() {
    return "batch-size";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    return Shape.scalar();
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
    throw new IllegalStateException("the batch size has no operands to map");
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    return new double[] {batch};
  }
}
