package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.Terminal.Combiner;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.WorldModel;
import dev.difftop.optimization.PolicyRollout;
import java.util.List;
import java.util.Set;

/** Learned cost of an {@link ExtendedState}. */
final class ExtendedCost implements Cost {
  private final Cost inner;
  private final ExtendedState layout;
  private final double discount;

  ExtendedCost(Cost inner, ExtendedState layout, double discount) {
    this.inner = inner;
    this.layout = layout;
    this.discount = discount;
  }

  @Override
  public void declare(Declarations declare) {
    inner.declare(declare);
  }

  @Override
  public Set<String> heads() {
    return inner.heads();
  }

  @Override
  public Tensor head(String name, Stage at) {
    return inner.head(name, layout.latentAt(at));
  }

  @Override
  public Tensor stage(Stage at) {
    Tensor cost = inner.stage(layout.latentAt(at));
    if (layout.terminates()) {
      cost = cost.times(layout.survival(at.x()));
    }
    return layout.freesLastAction()
        ? cost.times(Tensor.constant(1).minus(layout.isLastStage(at)))
        : cost;
  }

  @Override
  public Terminal terminal(Point at) {
    Point z = layout.latentAt(at);
    if (layout.ensemble() > 0) {
      return scaled(Terminal.of(valueOfPair(z, at.x()).negate()), at.x());
    }
    Terminal end = inner.terminal(z);
    if (layout.freesLastAction()) {
      Stage acting = z.with(layout.lastAction(at.x()));
      List<Tensor> values =
          WorldModel.CRITICS.stream().map(q -> inner.head(q, acting).negate()).toList();
      end = new Terminal(end.combiner(), end.temperature(), values);
    }
    return scaled(end, at.x());
  }

  /** Critics by their weights, (B), at the last action or the policy's. */
  private Tensor valueOfPair(Point z, Tensor x) {
    Stage here = z.with(Tensor.zeros(Shape.batched(layout.actionSize())));
    Stage acting =
        z.with(
            layout.freesLastAction() ? layout.lastAction(x) : inner.head(PolicyRollout.HEAD, here));
    List<String> critics = WorldModel.latentCritics(inner);
    Tensor sum = Tensor.constant(0);
    for (int i = 0; i < critics.size(); i++) {
      Tensor weight = layout.weights(x).get(1, i);
      sum = sum.plus(inner.head(critics.get(i), acting).times(weight));
    }
    return sum;
  }

  /** Times the survival; the further stage is discounted once too often. */
  private Terminal scaled(Terminal end, Tensor x) {
    double undone = layout.freesLastAction() ? 1 / discount : 1;
    Tensor factor =
        layout.terminates() ? layout.survival(x).times(undone) : Tensor.constant(undone);
    boolean soft = end.combiner() == Combiner.SOFT_MAX || end.combiner() == Combiner.SOFT_MIN;
    if (soft) {
      return Terminal.of(end.value().times(factor));
    }
    List<Tensor> pieces = end.pieces().stream().map(v -> v.times(factor)).toList();
    return new Terminal(end.combiner(), end.temperature(), pieces);
  }

  @Override
  public boolean supportsSecondDerivatives() {
    return inner.supportsSecondDerivatives();
  }
}
