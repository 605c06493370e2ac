package dev.difftop.learner.modelbased.gradient;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learner.modelbased.acting.ModelBasedActor;
import dev.difftop.learner.modelbased.acting.Planner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.model.ModelUpdate;
import dev.difftop.learning.model.Parameters;
import java.util.Map;

/**
 * The policy gradient along an episode: the sum over its steps of the gradient through the plan
 * that was acted on. One belongs to one actor.
 */
public final class EpisodeGradient implements ModelBasedActor.Listener, AutoCloseable {
  private final ModelUpdate update;
  private final LearnerContext context;
  private final double weight;
  private final GradientArrays sums;
  private UpdateStatistics statistics = new UpdateStatistics();
  private double normSum;
  private Planner planner;
  private PlanGradient gradient;

  /**
   * A sum.
   *
   * @param update with critics of observations
   * @param moved parameters that it has a gradient of
   */
  public EpisodeGradient(
      ModelUpdate update, double weight, Parameters moved, LearnerContext context) {
    this.update = update;
    this.weight = weight;
    this.context = context;
    this.sums = GradientArrays.zeros(moved);
  }

  @Override
  public void begin(Planner newPlanner) {
    sums.clear();
    normSum = 0;
    statistics = new UpdateStatistics();
    if (planner != newPlanner) {
      close();
      gradient = new PlanGradient(update, newPlanner, 1, context);
      planner = newPlanner;
    }
  }

  @Override
  public void planned(Map<String, Array> observation, Problem problem, Solution solution) {
    for (String name : update.world().planning().observations().keySet()) {
      for (CompiledProgram program : gradient.readers()) {
        program.input(name).copyFrom(observation.get(name));
      }
    }
    PlanGradient.Report report = gradient.addTo(sums, problem, solution, weight, 0);
    normSum += report.norm();
    report.addTo(statistics);
  }

  /**
   * Adds the sum over the last episode.
   *
   * @return a number that is finite if the gradient of every step was
   */
  public double addTo(GradientArrays others) {
    others.add(sums.arrays(), 0);
    return normSum;
  }

  /** Means of what the gradients of the last episode were like. */
  public UpdateStatistics statistics() {
    return statistics;
  }

  @Override
  public void close() {
    if (gradient != null) {
      gradient.close();
      gradient = null;
    }
  }
}
