package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/** The identity, with derivative zero. */
public record StopGradient() implements Primitive {
  @Override
  public String name() {
    return "stop-gradient";
  }

  @Override
  public Shape shape(Tensor[] operands) {
    return operands[0].shape();
  }

  @Override
  public Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents) {
    return null;
  }

  @Override
  public Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent) {
    return new Tensor[1];
  }

  @Override
  public Tensor vmap(Tensor[] operands, boolean[] mapped, int size) {
    return operands[0].stopGradient();
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    return operands[0].clone();
  }
}
