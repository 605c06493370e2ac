package dev.difftop.optimization.stagewise;

import dev.difftop.optimization.Limits;

/** A method that works stage by stage, with memory of its own for one thread. */
public interface StagewiseMethod {
  /**
   * The main loop: iterates until all samples of a block have ended.
   *
   * @param at the samples, at their first actions; nothing is rolled out yet
   * @param model derivatives and rollouts of the problem
   * @param limits most iterations and deadline
   */
  void solve(SampleBlock at, StageModel model, Limits limits);
}
