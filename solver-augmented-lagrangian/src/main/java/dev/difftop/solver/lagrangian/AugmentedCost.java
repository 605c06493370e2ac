package dev.difftop.solver.lagrangian;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.ForwardingCost;
import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A cost without limits: those of another have become {@link AugmentedTerms}. */
class AugmentedCost extends ForwardingCost {
  private final AugmentedTerms terms;

  private AugmentedCost(Cost cost, AugmentedTerms terms) {
    super(cost);
    this.terms = terms;
  }

  /** The cost; with residuals where the given one has them. */
  static Cost of(ConstrainedCost cost, LimitCounts counts) {
    AugmentedTerms terms = new AugmentedTerms(cost, counts);
    return cost instanceof ResidualCost residual
        ? new OfResiduals(residual, terms)
        : new AugmentedCost(cost, terms);
  }

  @Override
  public void declare(Declarations declare) {
    super.declare(declare);
    terms.declare(declare);
  }

  @Override
  public Tensor stage(Stage at) {
    Tensor added = terms.stage(at);
    Tensor own = super.stage(at);
    return added == null ? own : own.plus(halfSquares(added));
  }

  @Override
  public Terminal terminal(Point at) {
    Tensor added = terms.last(at);
    Terminal own = super.terminal(at);
    if (added == null) {
      return own;
    }
    Tensor term = halfSquares(added);
    List<Tensor> pieces = new ArrayList<>();
    for (Tensor piece : own.pieces()) {
      // Of a sum once; every other combiner passes what all pieces have in common on.
      boolean isFirst = pieces.isEmpty();
      boolean adds = isFirst || own.combiner() != Terminal.Combiner.SUM;
      pieces.add(adds ? piece.plus(term) : piece);
    }
    return new Terminal(own.combiner(), own.temperature(), pieces);
  }

  private static Tensor halfSquares(Tensor residuals) {
    return residuals.square().sum(1).times(0.5);
  }

  /** The same of a cost of residuals. */
  private static final class OfResiduals extends AugmentedCost implements ResidualCost {
    private final ResidualCost residual;
    private final AugmentedTerms terms;

    OfResiduals(ResidualCost residual, AugmentedTerms terms) {
      super(residual, terms);
      this.residual = residual;
      this.terms = terms;
    }

    @Override
    public Tensor stageResidual(Stage at) {
      return joined(residual.stageResidual(at), terms.stage(at));
    }

    @Override
    public Tensor terminalResidual(Point at) {
      return joined(residual.terminalResidual(at), terms.last(at));
    }

    private static Tensor joined(Tensor own, Tensor added) {
      if (own == null || added == null) {
        return own == null ? added : own;
      }
      return Tensor.concat(1, own, added);
    }

    @Override
    public Tensor stage(Stage at) {
      return ResidualCost.super.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return ResidualCost.super.terminal(at);
    }
  }
}
