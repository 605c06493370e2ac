package dev.difftop.solver.ilqr;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Deadline;
import dev.difftop.api.Engine;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.ClosedLoop;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.ProblemPlan;
import dev.difftop.optimization.Rounding;
import dev.difftop.optimization.SampleResults;
import dev.difftop.optimization.StageExpansion;
import java.util.Arrays;
import java.util.Optional;

/** The compiled programs for one spec and batch size, and the loop over them. */
final class IlqrBatch implements AutoCloseable {
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double SMALLEST_MU = 1e-8;
  private static final double MU_FACTOR = 10;

  private final IlqrConfig config;
  private final ProblemSpec spec;
  private final DType dtype;
  private final int batch;
  private final int horizon;
  private final int nx;
  private final int nu;
  private final int n;

  private final ProblemPlan firstOrder;
  private final ProblemPlan linear;
  private final Optional<ProblemPlan> curved;
  private final ProblemPlan closedLoop;

  private final Expansion expansion;
  private final Expansion.Second withoutDynamics;
  private final Expansion.Second withDynamics;
  private final BackwardPass backward;

  private final double[] states;
  private final double[] stages;
  private final double[] cost;
  private final double[] stationarity;
  private final double[] mu;
  private final double[] alpha;
  private final double[] feedback;
  private final double[] feedforward;
  private final double[] expected;

  private final double[] newCost;
  private final double[] newActions;
  private final double[] newStates;

  /** The iterate before a step that only its gradient can judge. */
  private final double[] actionsBefore;

  private final double[] statesBefore;
  private final double[] stationarityBefore;
  private final boolean[] onTrial;

  private double[] actions;
  private double[] low;
  private double[] high;
  private SampleResults results;

  IlqrBatch(IlqrConfig config, Engine engine, Problem problem) {
    this.config = config;
    this.spec = problem.spec();
    this.dtype = problem.dtype();
    this.batch = problem.batch();
    this.horizon = spec.horizon();
    this.nx = spec.stateSize();
    this.nu = spec.actionSize();
    this.n = nx + nu;
    StageExpansion stage = new StageExpansion(spec);
    this.firstOrder = new ProblemPlan(engine, spec, stage.firstOrder(), batch, dtype);
    this.linear =
        new ProblemPlan(engine, spec, stage.secondOrder(Curvature.GAUSS_NEWTON), batch, dtype);
    this.curved =
        useDynamicsCurvature()
            ? Optional.of(
                new ProblemPlan(engine, spec, stage.secondOrder(Curvature.EXACT), batch, dtype))
            : Optional.empty();
    this.closedLoop = new ProblemPlan(engine, spec, ClosedLoop.trace(spec), batch, dtype);
    this.expansion = new Expansion(batch, horizon, nx, nu);
    this.withoutDynamics = new Expansion.Second(batch, horizon, nx, n);
    this.withDynamics = new Expansion.Second(batch, horizon, nx, n);
    this.backward = new BackwardPass(horizon, nx, nu);
    this.states = new double[batch * (horizon + 1) * nx];
    this.stages = new double[batch * horizon * n];
    this.cost = new double[batch];
    this.stationarity = new double[batch];
    this.mu = new double[batch];
    this.alpha = new double[batch];
    this.feedback = new double[batch * horizon * nu * nx];
    this.feedforward = new double[batch * horizon * nu];
    this.expected = new double[batch];
    this.newCost = new double[batch];
    this.newActions = new double[batch * horizon * nu];
    this.newStates = new double[states.length];
    this.actionsBefore = new double[newActions.length];
    this.statesBefore = new double[states.length];
    this.stationarityBefore = new double[batch];
    this.onTrial = new boolean[batch];
  }

  private boolean useDynamicsCurvature() {
    return config.dynamicsCurvature() != IlqrConfig.DynamicsCurvature.NEVER
        && spec.dynamics().supportsSecondDerivatives();
  }

  Solution solve(Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
    begin(problem, start, low, high);
    for (int iteration = 0; results.anyActive(); iteration++) {
      expand();
      judge(iteration);
      Status limit = limit(iteration, deadline);
      if (limit != null) {
        computeGainsOfAll(limit, iteration);
        break;
      }
      backwardPasses(iteration);
      if (results.anyActive()) {
        lineSearch(iteration);
      }
    }
    return solution();
  }

  /** How samples that go on end here; null if they do not. */
  private Status limit(int iteration, Deadline deadline) {
    if (iteration == config.maxIterations()) {
      return Status.ITERATION_LIMIT;
    }
    return deadline.isPast() ? Status.DEADLINE : null;
  }

  private void begin(Problem problem, double[] start, double[] low, double[] high) {
    this.actions = start;
    this.low = low;
    this.high = high;
    this.results = new SampleResults(batch);
    Arrays.fill(mu, config.initialMu());
    Arrays.fill(onTrial, false);
    Arrays.fill(feedback, 0);
    Arrays.fill(feedforward, 0);
    firstOrder.loadLeaves(problem);
    linear.loadLeaves(problem);
    curved.ifPresent(plan -> plan.loadLeaves(problem));
    closedLoop.load(problem);
    closedLoop.set("low", low);
    closedLoop.set("high", high);
    Arrays.fill(alpha, 0);
    rollOut();
    System.arraycopy(newCost, 0, cost, 0, batch);
    System.arraycopy(newStates, 0, states, 0, states.length);
  }

  /** Rolls the gains out from the present trajectories, with each sample's alpha. */
  private void rollOut() {
    double[] nominal = new double[batch * horizon * nx];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(states, b * (horizon + 1) * nx, nominal, b * horizon * nx, horizon * nx);
    }
    closedLoop.set(Objective.ACTIONS, actions);
    closedLoop.set("nominal", nominal);
    closedLoop.set("feedback", feedback);
    closedLoop.set("feedforward", feedforward);
    closedLoop.set("alpha", alpha);
    closedLoop.run();
    closedLoop.get("cost", newCost);
    closedLoop.get("actions", newActions);
    closedLoop.get("states", newStates);
  }

  private void expand() {
    double[] lastStates = new double[batch * nx];
    for (int b = 0; b < batch; b++) {
      int from = b * (horizon + 1) * nx;
      for (int t = 0; t < horizon; t++) {
        int stage = (b * horizon + t) * n;
        System.arraycopy(states, from + t * nx, stages, stage, nx);
        System.arraycopy(actions, (b * horizon + t) * nu, stages, stage + nx, nu);
      }
      System.arraycopy(states, from + horizon * nx, lastStates, b * nx, nx);
    }
    firstOrder.set(StageExpansion.STAGES, stages);
    firstOrder.set(StageExpansion.LAST_STATE, lastStates);
    firstOrder.run();
    firstOrder.get("jacobian", expansion.jacobian);
    firstOrder.get("gradient", expansion.gradient);
    firstOrder.get("last", expansion.lastGradient);
    expansion.computeCostates();
    expandSecond(linear, withoutDynamics, lastStates);
    curved.ifPresent(plan -> expandSecond(plan, withDynamics, lastStates));
  }

  private void expandSecond(ProblemPlan plan, Expansion.Second into, double[] lastStates) {
    plan.set(StageExpansion.STAGES, stages);
    plan.set(StageExpansion.LAST_STATE, lastStates);
    plan.set(StageExpansion.COSTATES, expansion.costates);
    plan.run();
    plan.get("hessian", into.hessian);
    plan.get("last", into.last);
  }

  /** Looks at the expansion: which samples have converged, which steps on trial made it worse. */
  private void judge(int iteration) {
    int size = horizon * nu;
    for (int b = 0; b < batch; b++) {
      if (!results.isActive(b)) {
        continue;
      }
      // dJ/du, not k: a large mu makes k small far from any minimum.
      double s = Boxes.stationarity(actions, expansion.actionGradient, low, high, b * size, size);
      if (onTrial[b] && !(s < stationarityBefore[b])) {
        takeBack(b, iteration);
        continue;
      }
      onTrial[b] = false;
      stationarity[b] = s;
      if (!Double.isFinite(cost[b]) || Double.isNaN(s)) {
        results.finish(b, Status.NOT_FINITE, iteration);
      } else if (s <= config.tolerance()) {
        computeGains(b);
        results.finish(b, Status.CONVERGED, iteration);
      }
    }
  }

  private void takeBack(int b, int iteration) {
    int size = horizon * nu;
    int length = (horizon + 1) * nx;
    System.arraycopy(actionsBefore, b * size, actions, b * size, size);
    System.arraycopy(statesBefore, b * length, states, b * length, length);
    stationarity[b] = stationarityBefore[b];
    results.finish(b, Status.STALLED, iteration);
  }

  /** Ends all samples that go on, with gains at their present points. */
  private void computeGainsOfAll(Status limit, int iteration) {
    for (int b = 0; b < batch; b++) {
      if (results.isActive(b)) {
        results.finish(b, limit, iteration);
        computeGains(b);
      }
    }
  }

  /** Gains at the present point; false if there are none with the present mu. */
  private boolean computeGains(int b) {
    boolean done =
        curved.isPresent() && backward.run(expansion, withDynamics, b, actions, low, high, mu[b]);
    if (!done && config.dynamicsCurvature() != IlqrConfig.DynamicsCurvature.ALWAYS) {
      done = backward.run(expansion, withoutDynamics, b, actions, low, high, mu[b]);
    }
    if (done) {
      System.arraycopy(backward.feedback(), 0, feedback, b * horizon * nu * nx, horizon * nu * nx);
      System.arraycopy(backward.feedforward(), 0, feedforward, b * horizon * nu, horizon * nu);
      expected[b] = backward.expectedReduction();
    }
    return done;
  }

  private void backwardPasses(int iteration) {
    for (int b = 0; b < batch; b++) {
      while (results.isActive(b) && !computeGains(b)) {
        raiseMu(b, iteration);
      }
    }
  }

  private void raiseMu(int b, int iteration) {
    mu[b] = Math.max(mu[b] * MU_FACTOR, SMALLEST_MU);
    if (mu[b] > config.maxMu()) {
      results.finish(b, Status.REGULARIZATION_LIMIT, iteration);
    }
  }

  private void lowerMu(int b) {
    double less = mu[b] / MU_FACTOR;
    mu[b] = less < SMALLEST_MU ? 0 : less;
  }

  /** Backtracks every sample on its own until its cost falls as foretold. */
  private void lineSearch(int iteration) {
    boolean[] searching = new boolean[batch];
    for (int b = 0; b < batch; b++) {
      searching[b] = results.isActive(b);
      alpha[b] = searching[b] ? 1 : 0;
    }
    for (int halving = 0; halving <= config.maxHalvings() && any(searching); halving++) {
      rollOut();
      for (int b = 0; b < batch; b++) {
        if (searching[b]) {
          searching[b] = !tryStep(b);
        }
      }
    }
    for (int b = 0; b < batch; b++) {
      if (searching[b]) {
        raiseMu(b, iteration);
      }
    }
  }

  private static boolean any(boolean[] flags) {
    for (boolean f : flags) {
      if (f) {
        return true;
      }
    }
    return false;
  }

  /** Takes the step if it is good enough, else halves alpha; whether the search is over. */
  private boolean tryStep(int b) {
    double rounding = Rounding.of(cost[b], dtype);
    double decrease = cost[b] - newCost[b];
    if (expected[b] <= rounding && Math.abs(decrease) <= 10 * rounding) {
      keepForTrial(b);
      take(b);
      mu[b] = 0;
      return true;
    }
    double foretold = alpha[b] * (2 - alpha[b]) * expected[b];
    if (decrease > 0 && decrease >= SUFFICIENT_DECREASE * foretold) {
      take(b);
      lowerMu(b);
      return true;
    }
    alpha[b] *= 0.5;
    return false;
  }

  private void keepForTrial(int b) {
    int size = horizon * nu;
    int length = (horizon + 1) * nx;
    System.arraycopy(actions, b * size, actionsBefore, b * size, size);
    System.arraycopy(states, b * length, statesBefore, b * length, length);
    stationarityBefore[b] = stationarity[b];
    onTrial[b] = true;
  }

  private void take(int b) {
    int size = horizon * nu;
    int length = (horizon + 1) * nx;
    System.arraycopy(newActions, b * size, actions, b * size, size);
    System.arraycopy(newStates, b * length, states, b * length, length);
    cost[b] = newCost[b];
  }

  private Solution solution() {
    return new Solution(
        Array.of(actions, batch, horizon, nu),
        Array.of(states.clone(), batch, horizon + 1, nx),
        cost.clone(),
        results.status(),
        results.iterations(),
        stationarity.clone(),
        Optional.of(
            new Solution.Gains(
                Array.of(feedback.clone(), batch, horizon, nu, nx),
                Array.of(feedforward.clone(), batch, horizon, nu))));
  }

  @Override
  public void close() {
    firstOrder.close();
    linear.close();
    curved.ifPresent(ProblemPlan::close);
    closedLoop.close();
  }
}
