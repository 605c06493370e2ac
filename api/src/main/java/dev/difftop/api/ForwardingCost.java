package dev.difftop.api;

import dev.difftop.api.program.Tensor;
import java.util.Set;

/** A cost that is another cost but for what a subclass changes. */
public abstract class ForwardingCost implements Cost {
  private final Cost cost;

  /** With the cost that is asked. */
  protected ForwardingCost(Cost cost) {
    this.cost = cost;
  }

  @Override
  public void declare(Declarations declare) {
    cost.declare(declare);
  }

  @Override
  public Set<String> heads() {
    return cost.heads();
  }

  @Override
  public Tensor head(String name, Stage at) {
    return cost.head(name, at);
  }

  @Override
  public Tensor stage(Stage at) {
    return cost.stage(at);
  }

  @Override
  public Terminal terminal(Point at) {
    return cost.terminal(at);
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return cost.supportsSecondDerivatives();
  }
}
