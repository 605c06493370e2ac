package dev.difftop.learner.modelbased.acting;

import dev.difftop.api.Solution;
import dev.difftop.learning.Metrics;
import java.util.ArrayList;
import java.util.List;

/** Figures of solves: of all, and of those of the last episode. */
public final class PlanStatistics {
  private final Sums total = new Sums();
  private Sums episode = new Sums();
  private List<Double> planned = new ArrayList<>();

  /** Sums over solves. */
  private static final class Sums {
    private long solves;
    private double converged;
    private double iterations;
    private double saturated;
    private double gain;
    private long compared;

    void add(Solution solution, double saturatedShare, double[] policyCost) {
      solves++;
      converged += solution.status(0).isConverged() ? 1 : 0;
      iterations += solution.iterations()[0];
      saturated += saturatedShare;
      if (policyCost.length > 0) {
        gain += policyCost[0] - solution.cost(0);
        compared++;
      }
    }

    Metrics metrics() {
      if (solves == 0) {
        return Metrics.NONE;
      }
      Metrics out =
          Metrics.NONE
              .with("converged", converged / solves)
              .with("iterations", iterations / solves)
              .with("saturated", saturated / solves);
      return compared == 0 ? out : out.with("plan_gain", gain / compared);
    }
  }

  /** Begins an episode. */
  public void begin() {
    episode = new Sums();
    planned = new ArrayList<>();
  }

  /** Adds a solve of one sample. */
  public void add(Solution solution, double[] policyCost) {
    double saturated = saturatedShare(solution);
    total.add(solution, saturated, policyCost);
    episode.add(solution, saturated, policyCost);
    planned.add(-solution.cost(0));
  }

  /** Share of the planned actions that lie on a bound. */
  private static double saturatedShare(Solution solution) {
    int count = 0;
    int size = solution.actions().size();
    for (int i = 0; i < size; i++) {
      count += Math.abs(solution.actions().get(i)) >= 1 ? 1 : 0;
    }
    return count / (double) size;
  }

  /** Planned return -J of every step of the last episode. */
  public double[] planned() {
    return planned.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Figures of the last episode. */
  public Metrics ofEpisode() {
    return episode.metrics();
  }

  /** Figures of all solves. */
  Metrics total() {
    return total.metrics();
  }
}
