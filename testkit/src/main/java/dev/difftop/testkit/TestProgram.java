package dev.difftop.testkit;

import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * A program to test an engine or a transformation with, and where the numbers of its inputs may
 * lie.
 *
 * @param name for messages
 * @param program the program
 * @param domains how a number of each input is drawn
 */
public record TestProgram(String name, Program program, List<ToDoubleFunction<Random>> domains) {
  /** Numbers for all inputs, row-major; equal seeds give equal numbers. */
  public double[][] inputs(int batch, long seed) {
    Random random = new Random(seed);
    double[][] out = new double[domains.size()][];
    for (int i = 0; i < out.length; i++) {
      ToDoubleFunction<Random> domain = domains.get(i);
      out[i] = new double[program.inputs().get(i).shape().withBatch(batch).size()];
      Arrays.setAll(out[i], k -> domain.applyAsDouble(random));
    }
    return out;
  }

  /** Whether a result depends on more than one sample of the batch. */
  public boolean mixesSamples() {
    return program.nodes().stream().anyMatch(TestProgram::mixes);
  }

  private static boolean mixes(Tensor node) {
    boolean batched = false;
    for (int i = 0; i < node.operandCount(); i++) {
      batched |= node.operand(i).shape().isBatched();
    }
    return batched && !node.shape().isBatched();
  }

  @Override
  public String toString() {
    return name;
  }
}
