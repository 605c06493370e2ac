package dev.difftop.solver.sampling;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PlanCache;
import java.util.Map;
import java.util.Optional;

/**
 * Samples trajectories around a mean that moves to the best of them. What is returned is the best
 * trajectory ever evaluated: the guess, a sample, or the last mean. It never says {@link
 * Status#CONVERGED}, for it knows no derivatives while it searches.
 *
 * <p>The random numbers are those of its stream, the same in every solve and for every problem of a
 * batch: equal problems have equal solutions, in any batch and on any number of threads.
 */
abstract class SamplingSolver implements Solver {
  private final SamplingSettings settings;
  private final Engine engine;
  private final RandomStream random;
  private final PlanCache<Plans> plans;

  SamplingSolver(SamplingSettings settings, Engine engine, RandomStream random) {
    this.settings = settings;
    this.engine = engine;
    this.random = random;
    this.plans = new PlanCache<>(Plans::new);
  }

  @Override
  public final Solution solve(Problem problem, Array guess, Deadline deadline) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] start = Guesses.inside(problem, guess, low, high);
    return plans.get(problem).solve(problem, start, low, high, deadline);
  }

  @Override
  public final void close() {
    plans.close();
  }

  /** The compiled programs for one spec and batch size, and the loop over them. */
  private final class Plans implements AutoCloseable {
    private final int batch;
    private final int n;
    private final SampledCosts costs;
    private final CompiledProblem slopes;
    private final CompiledProblem rollout;
    private final Proposal[] proposals;

    Plans(Problem problem) {
      Objective objective = new Objective(problem.spec());
      this.batch = problem.batch();
      this.n = objective.size();
      this.costs = new SampledCosts(settings, engine, random, objective, problem.dtype());
      Program gradient = objective.program(Map.of("gradient", objective.gradient()));
      this.slopes = new CompiledProblem(engine, problem.spec(), gradient, batch, problem.dtype());
      this.rollout =
          new CompiledProblem(engine, problem.spec(), objective.rollout(), batch, problem.dtype());
      this.proposals = new Proposal[batch];
      for (int b = 0; b < batch; b++) {
        proposals[b] = new Proposal(settings, n, costs.followers());
      }
    }

    Solution solve(
        Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
      costs.load(problem);
      for (int b = 0; b < batch; b++) {
        proposals[b].begin(start, low, high, b * n);
      }
      int iteration = 0;
      Status ended = Status.ITERATION_LIMIT;
      for (; iteration < settings.iterations(); iteration++) {
        if (deadline.isPast()) {
          ended = Status.DEADLINE;
          break;
        }
        for (int b = 0; b < batch; b++) {
          if (iteration == 0) {
            costs.followPolicy(problem, b, proposals[b]);
          }
          costs.evaluate(problem, b, iteration, proposals[b]);
          proposals[b].update(costs.actions(), costs.costs());
        }
      }
      return best(problem, start, low, high, ended, iteration);
    }

    /** Of guess, best sample and mean, the best as the batch's own rollout sees them. */
    private Solution best(
        Problem problem,
        double[] start,
        double[] low,
        double[] high,
        Status ended,
        int iterations) {
      rollout.load(problem);
      double[] actions = start.clone();
      double[] cost = costOf(actions);
      if (iterations > 0) {
        for (int which = 0; which < 2; which++) {
          double[] other = new double[actions.length];
          for (int b = 0; b < batch; b++) {
            double[] found = which == 0 ? proposals[b].best() : proposals[b].mean();
            System.arraycopy(found, 0, other, b * n, n);
          }
          takeBetter(actions, cost, other, costOf(other));
        }
      }
      return solution(problem, actions, low, high, ended, iterations);
    }

    private double[] costOf(double[] actions) {
      rollout.set(Objective.ACTIONS, actions);
      rollout.run();
      return rollout.get("cost");
    }

    private void takeBetter(double[] actions, double[] cost, double[] other, double[] otherCost) {
      for (int b = 0; b < batch; b++) {
        boolean better = Double.isFinite(otherCost[b]) && !(cost[b] <= otherCost[b]);
        if (better) {
          System.arraycopy(other, b * n, actions, b * n, n);
          cost[b] = otherCost[b];
        }
      }
    }

    private Solution solution(
        Problem problem,
        double[] actions,
        double[] low,
        double[] high,
        Status ended,
        int iterations) {
      double[] cost = costOf(actions);
      double[] states = rollout.get("states");
      slopes.load(problem);
      slopes.set(Objective.ACTIONS, actions);
      slopes.run();
      double[] gradient = slopes.get("gradient");
      Status[] status = new Status[batch];
      int[] rounds = new int[batch];
      double[] stationarity = new double[batch];
      for (int b = 0; b < batch; b++) {
        status[b] = Double.isFinite(cost[b]) ? ended : Status.NOT_FINITE;
        rounds[b] = iterations;
        stationarity[b] = Boxes.stationarity(actions, gradient, low, high, b * n, n);
      }
      int h = problem.spec().horizon();
      return new Solution(
          Array.of(actions, batch, h, problem.spec().actionSize()),
          Array.of(states, batch, h + 1, problem.spec().stateSize()),
          cost,
          status,
          rounds,
          stationarity,
          Optional.empty());
    }

    @Override
    public void close() {
      costs.close();
      slopes.close();
      rollout.close();
    }
  }
}
