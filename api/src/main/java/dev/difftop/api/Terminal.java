package dev.difftop.api;

import dev.difftop.api.program.ShapeException;
import dev.difftop.api.program.Tensor;
import java.util.List;

/**
 * The cost of the last state, as pieces and how they are combined. The pieces stay visible, so that
 * an adjoint can treat a tie of {@code max(V1, V2)} as what it is.
 *
 * @param combiner how the pieces make one cost
 * @param temperature of a soft combiner, in units of the cost, above 0; else unused
 * @param pieces each of shape (B)
 */
public record Terminal(Combiner combiner, double temperature, List<Tensor> pieces) {
  /** How pieces make one cost. */
  public enum Combiner {
    /** Their sum. */
    SUM,
    /** Their mean. */
    MEAN,
    /** The smallest. */
    MIN,
    /** The largest: the cost {@code -min(Q1, Q2)} is the largest of {@code -Q1} and {@code -Q2}. */
    MAX,
    /** {@code -T log mean exp(-V_i / T)}, smooth, between smallest and mean. */
    SOFT_MIN,
    /** {@code T log mean exp(V_i / T)}, smooth, between mean and largest. */
    SOFT_MAX
  }

  /** Checks the pieces. */
  public Terminal {
    pieces = List.copyOf(pieces);
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("terminal cost: no pieces");
    }
    boolean soft = combiner == Combiner.SOFT_MIN || combiner == Combiner.SOFT_MAX;
    if (soft && !(temperature > 0)) {
      throw new IllegalArgumentException(
          "terminal cost: temperature " + temperature + " of " + combiner + " is not above 0");
    }
    for (Tensor piece : pieces) {
      if (piece.shape().sample().rank() != 0) {
        throw new ShapeException(
            "terminal cost: found a piece of shape " + piece.shape() + ", expected (B)");
      }
    }
  }

  /** One piece. */
  public static Terminal of(Tensor cost) {
    return new Terminal(Combiner.SUM, 0, List.of(cost));
  }

  /** No cost at the end. */
  public static Terminal none() {
    return of(Tensor.constant(0));
  }

  /** The one cost, shape (B). */
  public Tensor value() {
    return switch (combiner) {
      case SUM -> pieces.stream().reduce(Tensor::plus).orElseThrow();
      case MEAN -> pieces.stream().reduce(Tensor::plus).orElseThrow().times(1.0 / pieces.size());
      case MIN -> pieces.stream().reduce(Tensor::min).orElseThrow();
      case MAX -> pieces.stream().reduce(Tensor::max).orElseThrow();
      case SOFT_MAX -> softMax(temperature);
      case SOFT_MIN -> softMax(-temperature);
    };
  }

  private Tensor softMax(double signedTemperature) {
    Tensor[] scaled =
        pieces.stream()
            .map(v -> v.times(1 / signedTemperature).expandDims(v.shape().rank()))
            .toArray(Tensor[]::new);
    Tensor all = Tensor.concat(-1, scaled);
    return all.logSumExp(-1).minus(Math.log(pieces.size())).times(signedTemperature);
  }
}
