package dev.difftop.solver.sampling;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import java.util.Map;
import java.util.Optional;

/** The compiled programs for one spec and batch size, and the loop over the rounds. */
final class SamplingBatch implements AutoCloseable {
  private final SamplingSettings settings;
  private final int batch;
  private final int n;
  private final TrajectorySampler sampler;
  private final NormalNumbers numbers;
  private final CompiledProblem gradient;
  private final CompiledProblem rollout;
  private final ActionGaussian[] gaussians;

  SamplingBatch(SamplingSettings settings, Engine engine, RandomStream random, Problem problem) {
    Objective objective = new Objective(problem.spec());
    this.settings = settings;
    this.batch = problem.batch();
    this.n = objective.size();
    this.sampler = new TrajectorySampler(settings, engine, objective, problem.dtype());
    this.numbers = new NormalNumbers(random, settings.iterations(), sampler.samples() * n);
    Program derivative = objective.program(Map.of("gradient", objective.gradient()));
    this.gradient = new CompiledProblem(engine, problem.spec(), derivative, batch, problem.dtype());
    this.rollout =
        new CompiledProblem(engine, problem.spec(), objective.rollout(), batch, problem.dtype());
    this.gaussians = new ActionGaussian[batch];
    for (int b = 0; b < batch; b++) {
      gaussians[b] = new ActionGaussian(settings, n, sampler.samples(), sampler.followers());
    }
  }

  /**
   * Solves.
   *
   * @param start first means, inside the box
   * @param minDeviation smallest standard deviation, in halves of the box
   * @param random the stream of this solve; empty for the solver's own
   */
  Solution solve(
      Problem problem,
      double[] start,
      double minDeviation,
      Deadline deadline,
      Optional<RandomStream> random) {
    begin(problem, start, minDeviation, random);
    for (int round = 0; round < settings.iterations(); round++) {
      if (deadline.isPast()) {
        return best(problem, start, Status.DEADLINE, round);
      }
      for (int b = 0; b < batch; b++) {
        sampler.sample(problem, b, gaussians[b], numbers.ofRound(round));
        gaussians[b].update(sampler.actions(), sampler.costs(), numbers.quantile(round));
      }
    }
    return best(problem, start, Status.ITERATION_LIMIT, settings.iterations());
  }

  private void begin(
      Problem problem, double[] start, double minDeviation, Optional<RandomStream> random) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    sampler.load(problem);
    numbers.begin(random);
    for (int b = 0; b < batch; b++) {
      gaussians[b].begin(start, low, high, b * n, minDeviation);
      sampler.followPolicy(problem, b, gaussians[b], numbers);
    }
  }

  /** Of guess, best sample and mean, the best as the batch's own rollout computes them. */
  private Solution best(Problem problem, double[] start, Status ended, int rounds) {
    rollout.load(problem);
    double[] actions = start.clone();
    double[] cost = costOf(actions);
    if (rounds > 0) {
      for (double[] other : new double[][] {collect(Part.BEST), collect(Part.MEAN)}) {
        takeBetter(actions, cost, other, costOf(other));
      }
    }
    return solution(problem, actions, ended, rounds);
  }

  /** What is read from every Gaussian. */
  private enum Part {
    BEST,
    MEAN,
    DEVIATION,
    DRAWN
  }

  /** Of all problems, (B, n). */
  private double[] collect(Part part) {
    double[] all = new double[batch * n];
    for (int b = 0; b < batch; b++) {
      ActionGaussian gaussian = gaussians[b];
      double[] from =
          switch (part) {
            case BEST -> gaussian.best();
            case MEAN -> gaussian.mean();
            case DEVIATION -> gaussian.deviation();
            case DRAWN -> gaussian.drawn();
          };
      System.arraycopy(from, 0, all, b * n, n);
    }
    return all;
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

  private Solution solution(Problem problem, double[] actions, Status ended, int rounds) {
    double[] cost = costOf(actions);
    Status[] status = new Status[batch];
    int[] iterations = new int[batch];
    for (int b = 0; b < batch; b++) {
      status[b] = Double.isFinite(cost[b]) ? ended : Status.NOT_FINITE;
      iterations[b] = rounds;
    }
    return Solution.of(problem)
        .actions(actions)
        .states(rollout.get("states"))
        .cost(cost)
        .status(status)
        .iterations(iterations)
        .stationarity(stationarity(problem, actions))
        .proposal(Optional.of(proposal(problem)))
        .build();
  }

  private double[] stationarity(Problem problem, double[] actions) {
    gradient.load(problem);
    gradient.set(Objective.ACTIONS, actions);
    gradient.run();
    double[] derivative = gradient.get("gradient");
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] out = new double[batch];
    for (int b = 0; b < batch; b++) {
      out[b] = Boxes.stationarity(actions, derivative, low, high, b * n, n);
    }
    return out;
  }

  private Solution.Proposal proposal(Problem problem) {
    int[] dims = problem.zeroGuess().shape().dims();
    return new Solution.Proposal(
        Array.of(collect(Part.MEAN), dims),
        Array.of(collect(Part.DEVIATION), dims),
        Array.of(collect(Part.DRAWN), dims));
  }

  @Override
  public void close() {
    sampler.close();
    gradient.close();
    rollout.close();
  }
}
