package dev.difftop.solver.lagrangian;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What an augmented Lagrangian adds to a cost, as residuals of whose squares it is half the sum:
 * {@code √ρ max(0, g + μ/ρ)} and {@code √ρ (h + μ/ρ)}. Up to a constant that is {@code μ h + ρ/2
 * h²}, and the same for active inequalities.
 */
final class AugmentedTerms {
  /** Context leaf: μ/ρ of every stage, (H, m). */
  static final String STAGE_SHIFTS = "limit multipliers over penalty";

  /** Context leaf: μ/ρ of the last state, (m_T). */
  static final String LAST_SHIFTS = "last limit multipliers over penalty";

  /** Context leaf: ρ. */
  static final String PENALTY = "limit penalty";

  private final ConstrainedCost cost;
  private final LimitCounts counts;

  AugmentedTerms(ConstrainedCost cost, LimitCounts counts) {
    this.cost = cost;
    this.counts = counts;
  }

  /** The context leaves that the terms read. */
  void declare(Declarations declare) {
    if (counts.stage() > 0) {
      declare.context(STAGE_SHIFTS, Shape.of(counts.horizon(), counts.stage()));
    }
    if (counts.last() > 0) {
      declare.context(LAST_SHIFTS, Shape.of(counts.last()));
    }
    declare.context(PENALTY, Shape.scalar());
  }

  /** Residuals of a stage, (B, m); null for none. */
  Tensor stage(Stage at) {
    return counts.stage() == 0
        ? null
        : residuals(
            cost.inequalities(at), cost.equalities(at), at.at(at.context(STAGE_SHIFTS)), at);
  }

  /** Residuals of the last state, (B, m_T); null for none. */
  Tensor last(Point at) {
    return counts.last() == 0
        ? null
        : residuals(
            cost.terminalInequalities(at),
            cost.terminalEqualities(at),
            at.context(LAST_SHIFTS),
            at);
  }

  private static Tensor residuals(Tensor g, Tensor h, Tensor shifts, Point at) {
    List<Tensor> all = new ArrayList<>();
    int from = 0;
    if (g != null) {
      int m = g.shape().sample().dim(0);
      all.add(g.plus(shifts.slice(1, 0, m)).relu());
      from = m;
    }
    if (h != null) {
      all.add(h.plus(shifts.slice(1, from, h.shape().sample().dim(0))));
    }
    Tensor joined = all.size() == 1 ? all.get(0) : Tensor.concat(1, all.toArray(Tensor[]::new));
    return joined.times(at.context(PENALTY).sqrt().expandDims(1));
  }
}
