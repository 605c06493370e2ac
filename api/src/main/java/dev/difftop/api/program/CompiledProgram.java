package dev.difftop.api.program;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;

/**
 * A program compiled for one batch size. It owns its buffers; running it allocates nothing. Write
 * the inputs, run, read the outputs. A plan belongs to one thread at a time: a run that starts
 * while another is under way throws {@link IllegalStateException}, as does any use after close.
 */
public interface CompiledProgram extends AutoCloseable {
  /** What it computes. */
  Program program();

  /** Size of the batch. */
  int batch();

  /** Number format of inputs and outputs. */
  DType dtype();

  /**
   * The buffer of an input, to be written; what was written last stays.
   *
   * @param input position in {@link Program#inputs()}
   */
  Array input(int input);

  /**
   * Lets an input read another array from now on, without copying, until it is bound anew. For
   * arrays from {@link Engine#allocate} of the same engine; any other is refused.
   *
   * @param array of the input's shape and this plan's dtype
   */
  void bind(int input, Array array);

  /** Computes all outputs. */
  void run();

  /**
   * An output of the last run; the next run overwrites it.
   *
   * @param output position in {@link Program#outputs()}
   */
  Array output(int output);

  /** The buffer of an input by name. */
  default Array input(String name) {
    return input(program().inputIndex(name));
  }

  /** An output of the last run by name. */
  default Array output(String name) {
    return output(program().outputIndex(name));
  }

  /** Bytes of all buffers the plan owns; arrays that are bound to inputs belong to others. */
  long memoryBytes();

  /**
   * Floating-point operations of a run: every multiplication and every addition of a product, and
   * one for every element that anything else computes or sums.
   */
  long operationCount();

  /** A readable listing of what a run does. */
  String dump();

  /**
   * Runs with a clock at every step; other runs have none. The outputs are those of a run.
   *
   * @param runs number of runs, at least 1
   */
  Profile profile(int runs);

  @Override
  void close();
}
