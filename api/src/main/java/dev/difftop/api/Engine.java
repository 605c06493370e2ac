package dev.difftop.api;

import dev.difftop.api.program.Program;

/**
 * Compiles programs into plans. An engine is safe to use from several threads; a plan belongs to
 * one thread at a time.
 */
public interface Engine {
  /**
   * Compiles a program.
   *
   * @param program what to compute
   * @param batch size B of the batch, at least 1
   * @param dtype number format of all inputs and outputs, {@link DType#FLOAT32} or {@link
   *     DType#FLOAT64}
   * @param threads threads a run may use, at least 1; the results do not depend on it
   * @throws IllegalArgumentException on a batch, dtype or thread count outside these
   */
  Plan compile(Program program, int batch, DType dtype, int threads);

  /** Compiles for one thread. */
  default Plan compile(Program program, int batch, DType dtype) {
    return compile(program, batch, dtype, 1);
  }

  /**
   * An array of zeros in the memory this engine computes on, for {@link Plan#bind}. It lives as
   * long as it is reachable.
   */
  Array allocate(DType dtype, Shape shape);

  /** Whether an array can be given to {@link Plan#bind}: it comes from {@link #allocate}. */
  boolean owns(Array array);
}
