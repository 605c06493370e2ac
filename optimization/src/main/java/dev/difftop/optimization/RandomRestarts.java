package dev.difftop.optimization;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Solves a problem from the guess and then from other starts, all at once as one larger batch, and
 * keeps for every sample the best minimum: a problem with several has one that is lower than the
 * one next to the guess.
 *
 * <p>Other starts are noise that changes slowly along the horizon, since a system hardly responds
 * to what changes from stage to stage. Its standard deviation is a quarter of a box where there is
 * one, else the largest action of the first solution. All samples get the same noise; so do all
 * solves without a stream of their own.
 *
 * <p>One more start is stabilised by feedback, where a solver offers that: of an unstable system
 * over a long horizon every open-loop guess leads far away, and no rollout of random actions is any
 * better.
 */
public final class RandomRestarts {
  /** How much of the noise of a stage is that of the stage before. */
  private static final double CORRELATION = 0.9;

  /** A minimum that is lower by less than this share of it is the same one. */
  private static final double SAME = 1e-10;

  /** Solves a batch. */
  @FunctionalInterface
  public interface Solve {
    /** A solution for every sample, never an exception for one. */
    Solution from(Problem problem, Array guess, Deadline deadline);
  }

  private final Solve solve;
  private final Optional<Solve> stabilized;
  private final int count;
  private final RandomStream random;

  /**
   * Restarts of a solver.
   *
   * @param stabilized solves from a start that feedback stabilises; empty without such a start
   * @param count how many restarts, at least 0, which leaves the solver alone
   * @param random the stream of all starts
   */
  public RandomRestarts(Solve solve, Optional<Solve> stabilized, int count, RandomStream random) {
    this.solve = solve;
    this.stabilized = stabilized;
    this.count = count;
    this.random = random;
  }

  /** Restarts from random actions alone. */
  public RandomRestarts(Solve solve, int count, RandomStream random) {
    this(solve, Optional.empty(), count, random);
  }

  /** The best of every sample; from the guess, unless another start led to a lower minimum. */
  public Solution best(Problem problem, Array guess, Deadline deadline) {
    return best(problem, guess, deadline, random);
  }

  /** The same with starts from a stream of this solve. */
  public Solution best(Problem problem, Array guess, Deadline deadline, RandomStream stream) {
    Solution best = solve.from(problem, guess, deadline);
    if (count == 0 || deadline.isPast()) {
      return best;
    }
    Solution others = solve.from(repeated(problem), starts(problem, best, stream), deadline);
    best = SolutionRows.choose(best, others, lowest(problem.batch(), best, others));
    return withStabilized(best, problem, guess, deadline);
  }

  /**
   * The best of every sample from the guess and the stabilised start; from the guess alone if there
   * are no restarts.
   */
  public Solution bestStabilized(Problem problem, Array guess, Deadline deadline) {
    Solution best = solve.from(problem, guess, deadline);
    return count == 0 ? best : withStabilized(best, problem, guess, deadline);
  }

  private Solution withStabilized(Solution best, Problem problem, Array guess, Deadline deadline) {
    if (stabilized.isEmpty() || deadline.isPast()) {
      return best;
    }
    Solution another = stabilized.get().from(problem, guess, deadline);
    return SolutionRows.choose(best, another, better(best, another));
  }

  /**
   * The samples that the stabilised start serves better: a lower minimum, or a lower cost where
   * there is no minimum yet.
   */
  private static int[] better(Solution best, Solution another) {
    int[] rows = new int[best.cost().length];
    for (int b = 0; b < rows.length; b++) {
      boolean may = another.status(b).isConverged() || !best.status(b).isConverged();
      rows[b] = may && isLower(another.cost(b), best.cost(b)) ? b : -1;
    }
    return rows;
  }

  /** The row of the best other solution of each sample, -1 for the first one. */
  private int[] lowest(int batch, Solution first, Solution others) {
    int[] rows = new int[batch];
    for (int b = 0; b < batch; b++) {
      rows[b] = -1;
      double best = first.cost(b);
      for (int row = b; row < others.cost().length; row += batch) {
        if (others.status(row).isConverged() && isLower(others.cost(row), best)) {
          rows[b] = row;
          best = others.cost(row);
        }
      }
    }
    return rows;
  }

  private static boolean isLower(double cost, double than) {
    boolean open = Double.isNaN(than) || than == Double.POSITIVE_INFINITY;
    return Double.isFinite(cost) && (open || cost < than - SAME * Math.abs(than));
  }

  private Array starts(Problem problem, Solution first, RandomStream stream) {
    int horizon = problem.spec().horizon();
    int nu = problem.spec().actionSize();
    int n = horizon * nu;
    int batch = problem.batch();
    double[] u = new double[count * batch * n];
    double[] scale = new double[nu];
    for (int b = 0; b < batch; b++) {
      findScale(first.actions(), b, horizon, scale);
      for (int a = 0; a < count; a++) {
        int from = (a * batch + b) * n;
        fillNoise(u, from, horizon, nu, stream.child(a));
        for (int i = 0; i < n; i++) {
          u[from + i] = spread(u[from + i], problem.low(b, i), problem.high(b, i), scale[i % nu]);
        }
      }
    }
    return Array.of(u, count * batch, horizon, nu);
  }

  /** The largest size of each action along the horizon; 1 where there is none. */
  private static void findScale(Array actions, int b, int horizon, double[] scale) {
    int nu = scale.length;
    for (int i = 0; i < nu; i++) {
      double most = 0;
      for (int t = 0; t < horizon; t++) {
        most = Math.max(most, Math.abs(actions.get((b * horizon + t) * nu + i)));
      }
      scale[i] = most > 0 && Double.isFinite(most) ? most : 1;
    }
  }

  /** Noise of standard deviation 1 at each stage. */
  private static void fillNoise(
      double[] u, int from, int horizon, int nu, RandomGenerator generator) {
    double fresh = Math.sqrt(1 - CORRELATION * CORRELATION);
    for (int i = 0; i < horizon * nu; i++) {
      double z = generator.nextGaussian();
      u[from + i] = i < nu ? z : CORRELATION * u[from + i - nu] + fresh * z;
    }
  }

  private static double spread(double noise, double low, double high, double scale) {
    double width = high - low;
    boolean closed = Double.isFinite(width);
    double value = closed ? low + width * (0.5 + 0.25 * noise) : scale * noise;
    return Boxes.clamp(value, low, high);
  }

  // ------------------------------------------------------------------ a larger batch

  private Problem repeated(Problem problem) {
    Map<String, Array> context = new LinkedHashMap<>();
    problem.context().forEach((name, leaf) -> context.put(name, repeated(leaf)));
    int shared = 2;
    return new Problem(
        problem.spec(),
        problem.dtype(),
        repeated(problem.initialState()),
        problem.low().shape().rank() == shared ? problem.low() : repeated(problem.low()),
        problem.high().shape().rank() == shared ? problem.high() : repeated(problem.high()),
        context,
        problem.parameters());
  }

  private Array repeated(Array rows) {
    int[] dims = rows.shape().dims().clone();
    double[] values = rows.toDoubles();
    dims[0] *= count;
    double[] all = new double[values.length * count];
    for (int a = 0; a < count; a++) {
      System.arraycopy(values, 0, all, a * values.length, values.length);
    }
    return Array.of(all, dims);
  }
}
