package dev.difftop.models.cost;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.ForwardingCost;
import dev.difftop.api.Parts;
import dev.difftop.api.Point;
import dev.difftop.api.Shapes;
import dev.difftop.api.Stage;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

/**
 * Another cost with limits: every state after the first within {@code state-low} and {@code
 * state-high}, and components of the last state equal to given values. The first state is as it is,
 * and has no limits. Parameters: those of the cost, and the limits where they are learned.
 */
final class LimitedCost extends ForwardingCost implements ConstrainedCost {
  private final LimitedConfig config;
  private final StateLimits limits;

  @Inject
  LimitedCost(LimitedConfig config, Shapes shapes, Parts parts) {
    super(unlimited(config, parts));
    this.config = config;
    this.limits = new StateLimits(config, shapes.stateSize());
  }

  private static Cost unlimited(LimitedConfig config, Parts parts) {
    Cost cost = parts.make(config.cost());
    if (cost instanceof ConstrainedCost) {
      throw new IllegalArgumentException(
          "cost: found %s, which has limits itself; put all limits into one"
              .formatted(config.cost().name()));
    }
    return cost;
  }

  @Override
  public double penalty() {
    return config.penalty();
  }

  @Override
  public void declare(Declarations declare) {
    super.declare(declare);
    limits.declare(declare);
  }

  @Override
  public Tensor inequalities(Stage at) {
    Tensor g = limits.inequalities(at);
    return g == null ? null : afterTheFirst(g, at);
  }

  /** Nothing moves the first state: there the limits are kept by one unit. */
  private static Tensor afterTheFirst(Tensor g, Stage at) {
    Tensor first = at.t().equal(Tensor.constant(0));
    Tensor column = first.shape().isBatched() ? first.expandDims(1) : first;
    return g.times(column.negate().plus(1)).minus(column);
  }

  @Override
  public Tensor terminalInequalities(Point at) {
    return limits.inequalities(at);
  }

  @Override
  public Tensor terminalEqualities(Point at) {
    return limits.end(at);
  }
}
