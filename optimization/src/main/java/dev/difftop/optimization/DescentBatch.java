package dev.difftop.optimization;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.optimization.stagewise.ActiveGroups;
import dev.difftop.optimization.stagewise.LanePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The main loop of methods over all actions at once (single shooting): what is compiled for one
 * spec and batch size, and the samples that are solved with it. A {@link StepRule} makes the
 * method; programs run for groups of samples that continue, everything else is arithmetic on one
 * sample.
 */
public final class DescentBatch implements AutoCloseable {
  /** Programs of one thread. */
  private record Tools(LanePlan expansion, LanePlan rollout) {}

  private final ProblemSpec spec;
  private final DType dtype;
  private final int batch;
  private final boolean hasHessian;
  private final ConvergenceCheck convergence;
  private final WorkerPool workers;
  private final ActiveGroups groups;
  private final List<Tools> tools = new ArrayList<>();
  private final Iterate[] iterates;
  private final StepRule[] rules;

  // Of the present solve; iterations allocate nothing.
  private final IntConsumer iterateGroup = this::iterate;
  private SampleResults results;
  private StepListener listener = StepListener.none();
  private double[] x0 = {};
  private int iteration;
  private Optional<Status> limit = Optional.empty();

  /**
   * For a problem's spec, batch and dtype.
   *
   * @param threads that the samples are divided among
   * @param curvature which second derivatives the rule reads; empty for none
   * @param convergence which samples have converged
   * @param rule makes the rule of a sample
   */
  public DescentBatch(
      Engine engine,
      int threads,
      Problem problem,
      Optional<Curvature> curvature,
      ConvergenceCheck convergence,
      Supplier<? extends StepRule> rule) {
    this.spec = problem.spec();
    this.dtype = problem.dtype();
    this.batch = problem.batch();
    this.hasHessian = curvature.isPresent();
    this.convergence = convergence;
    this.workers = new WorkerPool(threads);
    this.groups = new ActiveGroups(batch);
    this.results = new SampleResults(batch);
    Objective objective = new Objective(spec);
    Program expansion = curvature.map(objective::expansion).orElseGet(objective::derivative);
    Program rollout = objective.rollout();
    for (int i = 0; i < workers.threads(); i++) {
      tools.add(
          new Tools(
              new LanePlan(engine, spec, expansion, groups.lanes(), dtype),
              new LanePlan(engine, spec, rollout, groups.lanes(), dtype)));
    }
    this.iterates = new Iterate[batch];
    this.rules = new StepRule[batch];
    for (int b = 0; b < batch; b++) {
      iterates[b] = new Iterate(objective.size(), hasHessian);
      rules[b] = rule.get();
    }
  }

  /**
   * Solves.
   *
   * @param start first actions, row-major (B, H, nu), inside the box
   * @param listening observes the steps
   */
  public Solution solve(Problem problem, double[] start, Limits limits, StepListener listening) {
    begin(problem, start, listening);
    for (iteration = 0; results.anyActive(); iteration++) {
      limit = limits.at(iteration);
      workers.assign(groups.form(results), iterateGroup);
    }
    return solution(problem);
  }

  /** One iteration of a group of samples. */
  private void iterate(int g) {
    int[] samples = groups.group(g);
    Tools with = tools.get(g % workers.threads());
    linearize(with.expansion, samples); // J, dJ/du, H
    check(samples);
    if (solveForSteps(samples)) { // such as (H + lambda I) p = -dJ/du
      evaluate(with.rollout, samples);
      acceptOrShorten(samples); // by the gain ratio
    }
  }

  private void begin(Problem problem, double[] start, StepListener listening) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    results = new SampleResults(batch);
    listener = listening;
    x0 = problem.initialState().toDoubles();
    for (Tools each : tools) {
      each.expansion.begin(problem);
      each.rollout.begin(problem);
    }
    for (int b = 0; b < batch; b++) {
      iterates[b].begin(start, low, high, b * iterates[b].n);
      rules[b].begin();
    }
  }

  /** Samples whose last step was rejected stand where their derivatives were computed. */
  private void linearize(LanePlan plan, int[] samples) {
    boolean any = false;
    for (int b : samples) {
      any |= b >= 0 && iterates[b].moved;
    }
    if (!any) {
      return;
    }
    plan.select(samples, 0);
    plan.setRows(Objective.INITIAL_STATE, x0, samples);
    for (int lane = 0; lane < samples.length; lane++) {
      if (samples[lane] >= 0) {
        plan.setRow(Objective.ACTIONS, lane, iterates[samples[lane]].actions);
      }
    }
    plan.run();
    for (int lane = 0; lane < samples.length; lane++) {
      if (samples[lane] >= 0) {
        Iterate at = iterates[samples[lane]];
        at.cost = plan.number("cost", lane);
        plan.getRow("gradient", lane, at.gradient);
        if (hasHessian) {
          plan.getRow("hessian", lane, at.hessian);
        }
      }
    }
  }

  private void check(int[] samples) {
    for (int b : samples) {
      if (b < 0) {
        continue;
      }
      iterates[b].measure();
      if (iterates[b].failedTrial()) {
        iterates[b].stepBack();
        listener.stepBack(b);
        results.finish(b, Status.STALLED, iteration);
        continue;
      }
      iterates[b].onTrial = false;
      Optional<Status> ended = convergence.check(iterates[b].cost, iterates[b].stationarity);
      ended = ended.isPresent() ? ended : limit;
      if (ended.isPresent()) {
        results.finish(b, ended.get(), iteration);
      }
    }
  }

  /** The next step of every sample, shortened until there is one; whether any sample has one. */
  private boolean solveForSteps(int[] samples) {
    boolean any = false;
    for (int b : samples) {
      while (b >= 0 && results.isActive(b) && !rules[b].propose(iterates[b])) {
        if (!rules[b].shorten()) {
          results.finish(b, Status.REGULARIZATION_LIMIT, iteration);
        }
      }
      any |= b >= 0 && results.isActive(b);
    }
    return any;
  }

  private void evaluate(LanePlan plan, int[] samples) {
    plan.select(samples, 0);
    plan.setRows(Objective.INITIAL_STATE, x0, samples);
    for (int lane = 0; lane < samples.length; lane++) {
      if (samples[lane] >= 0) {
        plan.setRow(Objective.ACTIONS, lane, iterates[samples[lane]].candidate);
      }
    }
    plan.run();
    for (int lane = 0; lane < samples.length; lane++) {
      if (samples[lane] >= 0) {
        iterates[samples[lane]].candidateCost = plan.number("cost", lane);
      }
    }
  }

  private void acceptOrShorten(int[] samples) {
    for (int b : samples) {
      if (b >= 0 && results.isActive(b)) {
        acceptOrShorten(b, iterates[b], rules[b]);
      }
    }
  }

  private void acceptOrShorten(int b, Iterate at, StepRule rule) {
    if (at.isHiddenByRounding(dtype)) {
      at.stepOnTrial();
      listener.step(b, at, rule);
      at.step();
      rule.trust();
      return;
    }
    double decrease = at.cost - at.candidateCost;
    double ratio = decrease / at.expectedDecrease;
    rule.adapt(at, ratio);
    if (rule.accepts(ratio, decrease)) {
      listener.step(b, at, rule);
      at.step();
    }
  }

  /** The states of what was found, and the costs that go with them. */
  private Solution solution(Problem problem) {
    int n = spec.horizon() * spec.actionSize();
    double[] actions = new double[batch * n];
    double[] stationarity = new double[batch];
    double[] states = new double[batch * (spec.horizon() + 1) * spec.stateSize()];
    double[] cost = new double[batch];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(iterates[b].actions, 0, actions, b * n, n);
      stationarity[b] = iterates[b].stationarity;
    }
    int all = groups.form(new SampleResults(batch));
    workers.assign(
        all,
        g -> {
          LanePlan rollout = tools.get(g % workers.threads()).rollout;
          int[] samples = groups.group(g);
          rollout.select(samples, 0);
          rollout.setRows(Objective.INITIAL_STATE, x0, samples);
          rollout.setRows(Objective.ACTIONS, actions, samples);
          rollout.run();
          rollout.getRows("states", states, samples);
          rollout.getRows("cost", cost, samples);
        });
    return Solution.of(problem)
        .actions(actions)
        .states(states)
        .cost(cost)
        .status(results.status())
        .iterations(results.iterations())
        .stationarity(stationarity)
        .build();
  }

  @Override
  public void close() {
    for (Tools each : tools) {
      each.expansion.close();
      each.rollout.close();
    }
  }
}
