package dev.difftop.learner.modelbased.learning;

import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlanningModel;
import dev.difftop.learning.optim.ParameterEma;

/**
 * Copy of a planning model whose parameters are exponential moving averages of the learned ones:
 * returns of single evaluations dip less. It equals the model before the first step.
 */
final class AveragedModel {
  private final PlanningModel copy;
  private final ParameterEma average;

  /**
   * A copy.
   *
   * @param kept share of the copy that a step keeps
   */
  AveragedModel(PlanningModel model, double kept) {
    Parameters own = model.parameters().copy(model.engine());
    this.copy = model.withParameters(own);
    this.average = new ParameterEma(model.parameters(), own, kept);
  }

  /** The copy; its parameters change with every step. */
  PlanningModel copy() {
    return copy;
  }

  /** One step towards what has been learned. */
  void step() {
    average.step();
  }
}
