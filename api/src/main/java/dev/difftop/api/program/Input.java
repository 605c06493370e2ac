package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * A leaf whose value is given when the program runs. Two inputs are never equal, whatever their
 * names.
 */
public final class Input implements Primitive {
  private final String name;
  private final Shape shape;

  Input(String name, Shape shape) {
    this.name = name;
    this.shape = shape;
  }

  /** The name the program's caller knows it by. */
  public String label() {
    return name;
  }

  @Override
  public String name() {
    return "input " + name;
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
    throw new IllegalStateException("an input has no operands to map");
  }

  @Override
  public double[] evaluate(Tensor y, double[][] operands, int batch) {
    throw new IllegalArgumentException("input " + name + " has no value");
  }
}
