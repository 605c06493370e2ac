package dev.difftop.learning.model;

import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Functions of one step, traced for all steps of a sequence at once, so that products are large.
 */
public final class Sequences {
  private Sequences() {}

  /**
   * A function of one step along all steps.
   *
   * @param step from tensors (B, ...) to (B, ...)
   * @param sequences each (B, T, ...)
   * @return (B, T, ...)
   */
  static Tensor along(Function<List<Tensor>, Tensor> step, List<Tensor> sequences) {
    List<Tensor> one = new ArrayList<>();
    for (Tensor sequence : sequences) {
      int[] dims = sequence.shape().sample().dims();
      int[] rest = java.util.Arrays.copyOfRange(dims, 1, dims.length);
      one.add(Tensor.input("step", Shape.batched(rest)));
    }
    int steps = sequences.get(0).shape().dim(1);
    return Transforms.vmap(List.of(step.apply(one)), one, sequences, steps).get(0);
  }

  /** {@code Σ_t ρ^t x_t} of (B, T), shape (B). */
  static Tensor decayedSum(Tensor x, double decay) {
    double[] weights = new double[x.shape().dim(1)];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = Math.pow(decay, t);
    }
    return x.times(Tensor.constant(weights, weights.length)).sum(1);
  }
}
