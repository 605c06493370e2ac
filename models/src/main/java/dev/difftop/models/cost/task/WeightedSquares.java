package dev.difftop.models.cost.task;

import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code 1/2 Σ w_i f_i²} with learned weights. The cost is polynomial in the weights, so that its
 * slope exists at a weight of zero; the residuals {@code sqrt(w_i) f_i} have none there.
 */
final class WeightedSquares {
  private final List<Tensor> features = new ArrayList<>();
  private final List<Tensor> weights = new ArrayList<>();

  /**
   * Adds a term.
   *
   * @param feature f, shape (B)
   * @param weight w, a shared scalar
   */
  WeightedSquares add(Tensor feature, Tensor weight) {
    features.add(feature);
    weights.add(weight);
    return this;
  }

  /** The cost, shape (B). */
  Tensor cost() {
    Tensor sum = Tensor.constant(0);
    for (int i = 0; i < features.size(); i++) {
      sum = sum.plus(features.get(i).square().times(weights.get(i)));
    }
    return sum.times(0.5);
  }

  /** The residuals, shape (B, number of terms); NaN where a weight is negative. */
  Tensor residuals() {
    Tensor[] all = new Tensor[features.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = features.get(i).times(weights.get(i).sqrt());
    }
    return Tensor.stack(1, all);
  }
}
