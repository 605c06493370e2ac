package dev.difftop.api.program;

import dev.difftop.api.array.Shape;

/**
 * One kind of operation. A primitive states, in one place, the shape of its result, its value, and
 * its rules under the three transformations of programs: {@link #jvp}, {@link #vjp} and {@link
 * #vmap}. Each rule answers with tensors made of primitives, so the set is closed: every program
 * has derivatives of every order.
 *
 * <p>A primitive works on every sample of the batch alike; only {@link Sum} over the batch and
 * {@link Contract} mix samples. Axes inside a primitive are those of one <em>sample</em>: the batch
 * axis is not counted.
 *
 * <p>Primitives are values: equal parameters mean equal primitives.
 */
public interface Primitive {
  /** Name for messages and dumps. */
  String name();

  /**
   * Shape of the result.
   *
   * @throws ShapeException if the operands do not fit
   */
  Shape shape(Tensor[] operands);

  /**
   * The directional derivative of the result.
   *
   * @param y the result
   * @param operands its operands
   * @param tangents one per operand, of its shape; null where it is zero, not null everywhere
   * @return of the shape of {@code y}; null where it is zero
   */
  Tensor jvp(Tensor y, Tensor[] operands, Tensor[] tangents);

  /**
   * The pull-back of a cotangent.
   *
   * @param y the result
   * @param operands its operands
   * @param cotangent of the shape of {@code y}
   * @return one per operand, of its shape; null where it is zero
   */
  Tensor[] vjp(Tensor y, Tensor[] operands, Tensor cotangent);

  /**
   * The same operation with an extra axis, the first one of the sample.
   *
   * @param operands with the extra axis where {@code mapped}; a mapped operand may be shared though
   *     the original is batched, unless this operation sums over the batch
   * @param mapped which operands have the extra axis; at least one
   * @param size length of the extra axis
   * @return the result with the extra axis
   */
  Tensor vmap(Tensor[] operands, boolean[] mapped, int size);

  /**
   * The value, in plain Java: the definition that every engine is tested against.
   *
   * @param y the tensor, for shapes
   * @param operands its operands' values, row-major; shared operands have no batch axis
   * @param batch size of the batch
   * @return row-major, of the shape of {@code y}
   */
  double[] evaluate(Tensor y, double[][] operands, int batch);
}
