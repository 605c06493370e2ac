package dev.difftop.solver.lagrangian;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;

/**
 * How many limits there are.
 *
 * @param horizon H
 * @param stage m, at every stage
 * @param stageInequalities how many of these come first and are inequalities
 * @param last m_T, of the last state
 * @param lastInequalities likewise
 */
record LimitCounts(int horizon, int stage, int stageInequalities, int last, int lastInequalities) {
  static LimitCounts of(ProblemSpec spec) {
    ProblemSpec.Leaves leaves = ProblemSpec.Leaves.inputs(spec);
    Tensor x = Tensor.input("x", Shape.batched(spec.stateSize()));
    Tensor u = Tensor.input("u", Shape.batched(spec.actionSize()));
    ProblemSpec.Limits stage = spec.limits(x, u, Tensor.constant(0), leaves);
    ProblemSpec.Limits last = spec.terminalLimits(x, leaves);
    return new LimitCounts(
        spec.horizon(),
        stage.all().size(),
        stage.inequalities().size(),
        last.all().size(),
        last.inequalities().size());
  }

  /** Of a sample. */
  int all() {
    return horizon * stage + last;
  }

  /** Whether a limit of a sample, stages first, is an inequality. */
  boolean isInequality(int j) {
    return j < horizon * stage
        ? j % stage < stageInequalities
        : j - horizon * stage < lastInequalities;
  }

  /** The knot point of a limit of a sample. */
  int time(int j) {
    return j < horizon * stage ? j / stage : horizon;
  }
}
