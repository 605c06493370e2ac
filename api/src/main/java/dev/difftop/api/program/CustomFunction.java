package dev.difftop.api.program;

/**
 * A function that programs can call as a black box, such as a physics step: rows in, rows out, with
 * its Jacobian. It joins programs by {@link Tensor#custom}; {@code jvp} and {@code vjp} of a
 * program use {@link #jacobian}. It has no second derivatives: a program that needs them is refused
 * while it is traced.
 *
 * <p>Calls may come from several threads at once. Rows are independent: row i of the result depends
 * on row i of the inputs alone.
 */
public interface CustomFunction {
  /** Name for messages. */
  String name();

  /** Length of each argument. */
  int[] argumentSizes();

  /** Length m of the result. */
  int resultSize();

  /**
   * The values.
   *
   * @param rows number of rows
   * @param arguments one per argument, shape (rows, size); not modified
   * @param result shape (rows, m), overwritten; a row that fails is filled with NaN
   */
  void value(int rows, double[][] arguments, double[] result);

  /**
   * The Jacobians with respect to all arguments side by side.
   *
   * @param rows number of rows
   * @param arguments one per argument, shape (rows, size); not modified
   * @param jacobian shape (rows, m, sum of the sizes), overwritten; a row that fails is filled with
   *     NaN
   */
  void jacobian(int rows, double[][] arguments, double[] jacobian);
}
