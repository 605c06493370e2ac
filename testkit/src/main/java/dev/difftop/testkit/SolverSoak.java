package dev.difftop.testkit;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.testkit.HardProblems.Batch;
import dev.difftop.testkit.HardProblems.Trouble;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Solves thousands of random problems made to hurt: weights that are not finite, zero and duplicate
 * rows, one direction of size 1e-8 or 1e8, curvature of both signs, no cost, bounds that touch,
 * starts in a corner, one step, one action, curvatures from 1e-6 to 1e6; all mixed in batches. Of
 * every batch it demands:
 *
 * <ul>
 *   <li>no exception; actions within the box; the cost that the actions make, and none above that
 *       of the guess;
 *   <li>a status that is true: {@code NOT_FINITE} where the start is not finite, or where a cost
 *       without bound has fallen to minus infinity, and nowhere else; {@code CONVERGED} only at
 *       stationary points, and on every well-posed problem;
 *   <li>for one slot, the same bits when all others hold other values;
 *   <li>for a well-posed sample, the same solution to tolerance when it is solved alone.
 * </ul>
 *
 * <p>With limits on states and actions ({@link #limited}), where a minimum is neither below the
 * guess nor stationary in the box, it demands in their place that {@code CONVERGED} samples keep
 * the limits and {@code INFEASIBLE} ones do not.
 */
public final class SolverSoak {
  private static final int BATCH = 8;
  private static final int MOST_FAILURES = 10;

  /**
   * What a number format allows.
   *
   * @param rounding of a cost, relative to its weights
   * @param cost relative difference of a cost computed in another way
   * @param stationarity of a stationary point
   * @param stationarityShare of the largest derivatives that rounding adds
   * @param overflow a cost of this size may overflow on the way
   * @param violation of a limit that counts as kept
   * @param alone difference of costs, relative, and of actions when a sample is solved by itself
   */
  private record Precision(
      double rounding,
      double cost,
      double stationarity,
      double stationarityShare,
      double overflow,
      double violation,
      double alone,
      double aloneActions) {
    static final Precision DOUBLE =
        new Precision(1e-12, 1e-9, 1e-6, 1e-11, Double.POSITIVE_INFINITY, 1e-5, 1e-8, 1e-5);
    static final Precision SINGLE = new Precision(1e-5, 1e-4, 1e-2, 1e-4, 1e30, 1e-2, 1e-3, 2e-2);
  }

  private final Solver solver;
  private final DType dtype;
  private final Precision precision;
  private final boolean converges;
  private final boolean limited;
  private final List<ProblemSpec> specs;
  private final Map<Integer, CompiledProgram> judges = new TreeMap<>();
  private final Map<Status, Integer> statuses = new EnumMap<>(Status.class);
  private final List<String> failures = new ArrayList<>();

  /**
   * A soak in float64.
   *
   * @param solver with a tolerance of 1e-8 or below and as many iterations as that needs
   * @param converges whether it finds stationary points; false for one that only samples
   */
  public SolverSoak(Solver solver, boolean converges) {
    this(solver, converges, DType.FLOAT64);
  }

  /**
   * A soak in a number format, judged in float64.
   *
   * @param solver with a tolerance of 1e-8 or below in float64, of 1e-3 in float32
   * @param converges whether it finds stationary points
   */
  public SolverSoak(Solver solver, boolean converges, DType dtype) {
    this(solver, converges, dtype, false);
  }

  /** A soak of problems with limits, for a solver that keeps limits. */
  public static SolverSoak limited(Solver solver, DType dtype) {
    return new SolverSoak(solver, true, dtype, true);
  }

  private SolverSoak(Solver solver, boolean converges, DType dtype, boolean limited) {
    this.solver = solver;
    this.converges = converges;
    this.dtype = dtype;
    this.limited = limited;
    this.specs = limited ? HardProblems.limitedSpecs() : HardProblems.specs();
    this.precision = dtype == DType.FLOAT64 ? Precision.DOUBLE : Precision.SINGLE;
  }

  /**
   * Runs.
   *
   * @param seed of all problems; every failure names it, and the batch it happened in
   * @param problems how many, rounded up to whole batches of 8
   * @throws AssertionError with the first failures, if there are any
   */
  public void run(long seed, int problems) {
    run(seed, 0, (problems + BATCH - 1) / BATCH);
  }

  /**
   * Runs one batch, which a failure has named.
   *
   * @throws AssertionError with its failures, if there are any
   */
  public void runBatch(long seed, int batch) {
    run(seed, batch, batch + 1);
  }

  private void run(long seed, int from, int to) {
    RandomStream random = RandomStream.root(seed).child("soak");
    for (int i = from; i < to && failures.size() < MOST_FAILURES; i++) {
      String what = "seed %d, batch %d".formatted(seed, i);
      try {
        check(what, i % specs.size(), random.child(i));
      } catch (RuntimeException e) {
        throw new AssertionError(what + ": the solver throws " + e, e);
      }
    }
    judges.values().forEach(CompiledProgram::close);
    judges.clear();
    if (!failures.isEmpty()) {
      throw new AssertionError(String.join("\n", failures));
    }
  }

  /** How the samples of all batches ended. */
  public Map<Status, Integer> statuses() {
    return statuses;
  }

  private void check(String what, int spec, RandomStream random) {
    Batch batch = HardProblems.draw(specs.get(spec), BATCH, random.child("first")).in(dtype);
    Solution solution = solver.solve(batch.problem(), batch.guess());
    double[] first = judge(spec, batch, batch.guess());
    double[] last = judge(spec, batch, solution.actions());
    for (int b = 0; b < BATCH; b++) {
      statuses.merge(solution.status(b), 1, Integer::sum);
      String where =
          "%s, slot %d, %s: %s: ".formatted(what, b, batch.troubles()[b], solution.status(b));
      checkSample(where, batch, solution, b, first, last);
    }
    int slot = random.nextInt(BATCH);
    String where = "%s, slot %d, %s: ".formatted(what, slot, batch.troubles()[slot]);
    checkNeighbours(where, spec, batch, solution, slot, random.child("others"));
    if (converges && !limited && batch.troubles()[slot].isSolvable()) {
      checkAlone(where, batch, solution, slot);
    }
  }

  /**
   * Costs, the largest derivative on the free set, that of all, and the violation of every sample.
   */
  private double[] judge(int spec, Batch batch, Array actions) {
    CompiledProgram plan = judges.computeIfAbsent(spec, s -> compile(specs.get(s)));
    Problem problem = batch.problem();
    plan.input(0).copyFrom(problem.initialState());
    plan.input(1).copyFrom(actions);
    problem.context().forEach((name, leaf) -> plan.input(name).copyFrom(leaf));
    plan.run();
    double[] cost = plan.output("cost").toDoubles();
    double[] gradient = plan.output("gradient").toDoubles();
    Trajectories there = new Trajectories(plan.output("states").toDoubles(), cost, gradient);
    double[] violation = plan.output("violation").toDoubles();
    double[] out = new double[4 * BATCH];
    int n = gradient.length / BATCH;
    for (int b = 0; b < BATCH; b++) {
      out[b] = cost[b];
      out[BATCH + b] = there.stationarity(problem, actions, b);
      out[3 * BATCH + b] = violation[b];
      for (int i = b * n; i < (b + 1) * n; i++) {
        out[2 * BATCH + b] = larger(out[2 * BATCH + b], Math.abs(gradient[i]));
      }
    }
    return out;
  }

  private static double larger(double a, double b) {
    return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
  }

  private static CompiledProgram compile(ProblemSpec spec) {
    Program program = Trajectories.program(spec);
    return new Interpreter().compile(program, BATCH, DType.FLOAT64);
  }

  private void checkSample(
      String where, Batch batch, Solution solution, int b, double[] first, double[] last) {
    int n = solution.actions().size() / BATCH;
    for (int i = 0; i < n; i++) {
      double u = solution.actions().get(b * n + i);
      boolean inside = batch.problem().low(b, i) <= u && u <= batch.problem().high(b, i);
      require(inside, where + "action " + i + " is " + u + ", outside of the box");
    }
    Status status = solution.status(b);
    boolean begins = Double.isFinite(first[b]) && Double.isFinite(first[2 * BATCH + b]);
    if (!begins) {
      boolean admits = status == Status.NOT_FINITE || (!converges && Double.isFinite(last[b]));
      require(admits, where + "the start is not finite");
      return;
    }
    if (status == Status.NOT_FINITE) {
      boolean fallen = last[b] <= -precision.overflow();
      require(fallen && batch.troubles()[b] == Trouble.UNBOUNDED, where + "the start is finite");
      return;
    }
    double noise = precision.rounding() * (1 + Math.abs(first[b]) + batch.scale()[b]);
    if (limited) {
      checkLimits(where, batch, solution, b, last, noise);
      return;
    }
    require(
        solution.cost(b) <= first[b] + noise,
        where + "cost " + solution.cost(b) + " above that of the guess, " + first[b]);
    require(
        Math.abs(solution.cost(b) - last[b]) <= noise + precision.cost() * Math.abs(last[b]),
        where + "cost " + solution.cost(b) + ", the actions cost " + last[b]);
    if (status == Status.CONVERGED) {
      double largest = batch.scale()[b] + first[2 * BATCH + b];
      double allowed = precision.stationarity() + precision.stationarityShare() * largest;
      require(
          last[BATCH + b] <= allowed,
          where + "stationarity " + last[BATCH + b] + " where at most " + allowed + " is allowed");
    } else if (converges && batch.troubles()[b].isSolvable()) {
      require(false, where + "a well-posed problem, stationarity " + last[BATCH + b]);
    }
  }

  private void checkLimits(
      String where, Batch batch, Solution solution, int b, double[] last, double noise) {
    double violation = last[3 * BATCH + b];
    double penalty = batch.problem().spec().penalty() * violation;
    double difference = Math.abs(solution.cost(b) - last[b]);
    require(
        difference <= noise + penalty + precision.cost() * Math.abs(last[b]),
        where + "cost " + solution.cost(b) + ", the actions cost " + last[b]);
    Status status = solution.status(b);
    double allowed = precision.violation();
    require(
        status != Status.CONVERGED || violation <= allowed,
        where + "violation " + violation + " where at most " + allowed + " is allowed");
    require(
        status != Status.INFEASIBLE || violation > 0,
        where + "all limits are kept, found INFEASIBLE");
  }

  /** Everything else in the batch changes; one slot keeps its values and must keep its result. */
  private void checkNeighbours(
      String where, int spec, Batch batch, Solution solution, int slot, RandomStream random) {
    Batch other = HardProblems.draw(specs.get(spec), BATCH, random).in(dtype).withSlot(slot, batch);
    Solution again = solver.solve(other.problem(), other.guess());
    boolean same =
        sameBits(solution.actions(), again.actions(), slot)
            && sameBits(solution.states(), again.states(), slot)
            && Double.compare(solution.cost(slot), again.cost(slot)) == 0
            && solution.status(slot) == again.status(slot)
            && solution.iterations()[slot] == again.iterations()[slot];
    require(same, where + "another result beside other neighbours");
  }

  private static boolean sameBits(Array first, Array second, int b) {
    int length = first.size() / BATCH;
    for (int i = b * length; i < (b + 1) * length; i++) {
      if (Double.doubleToLongBits(first.get(i)) != Double.doubleToLongBits(second.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void checkAlone(String where, Batch batch, Solution solution, int slot) {
    Batch alone = batch.alone(slot);
    Solution again = solver.solve(alone.problem(), alone.guess());
    require(again.status(0) == solution.status(slot), where + "alone it ends " + again.status(0));
    double difference = Math.abs(again.cost(0) - solution.cost(slot));
    require(
        difference <= precision.alone() * (1 + Math.abs(solution.cost(slot))),
        where + "alone its cost differs by " + difference);
    // Residuals may leave a direction almost free; with a Hessian none is.
    boolean unique =
        batch.problem().context().containsKey("hessian") && batch.troubles()[slot] != Trouble.FLAT;
    int n = again.actions().size();
    for (int i = 0; i < n && unique; i++) {
      double u = solution.actions().get(slot * n + i);
      require(
          Math.abs(u - again.actions().get(i)) <= precision.aloneActions(),
          where + "alone, action " + i + " is " + again.actions().get(i) + ", not " + u);
    }
  }

  private void require(boolean holds, String otherwise) {
    if (!holds && failures.size() < MOST_FAILURES) {
      failures.add(otherwise);
    }
  }
}
