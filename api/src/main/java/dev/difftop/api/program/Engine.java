package dev.difftop.api.program;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;

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
  CompiledProgram compile(Program program, int batch, DType dtype, int threads);

  /** Compiles for one thread. */
  default CompiledProgram compile(Program program, int batch, DType dtype) {
    return compile(program, batch, dtype, 1);
  }

  /**
   * An array of zeros in the memory this engine computes on, for {@link CompiledProgram#bind}. It
   * lives as long as it is reachable.
   */
  Array allocate(DType dtype, Shape shape);

  /**
   * Whether an array can be given to {@link CompiledProgram#bind}: it comes from {@link #allocate}.
   */
  boolean owns(Array array);
}
