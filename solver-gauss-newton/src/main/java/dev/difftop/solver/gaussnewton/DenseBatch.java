package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.SampleResults;
import dev.difftop.optimization.stagewise.ActiveGroups;
import dev.difftop.optimization.stagewise.LanePlan;
import dev.difftop.optimization.stagewise.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Steps over all actions at once: the compiled programs for one spec and batch size, the loop. */
final class DenseBatch implements GaussNewtonBatch {
  /** What a thread works with. */
  private record Tools(LanePlan expansion, LanePlan rollout, StepRule rule) {}

  private final GaussNewtonConfig config;
  private final ProblemSpec spec;
  private final DType dtype;
  private final int batch;
  private final boolean hasHessian;
  private final Workers workers;
  private final ActiveGroups groups;
  private final List<Tools> tools = new ArrayList<>();

  DenseBatch(GaussNewtonConfig config, Engine engine, Workers workers, Problem problem) {
    this.config = config;
    this.spec = problem.spec();
    this.dtype = problem.dtype();
    this.batch = problem.batch();
    this.workers = workers;
    this.groups = new ActiveGroups(batch);
    Objective objective = new Objective(spec);
    this.hasHessian = config.hessian() != GaussNewtonConfig.Hessian.SCALAR_RESIDUAL;
    Program expansion =
        hasHessian ? objective.expansion(config.hessian().curvature) : slope(objective);
    Program rollout = objective.rollout();
    int lanes = groups.lanes();
    for (int i = 0; i < workers.threads(); i++) {
      tools.add(
          new Tools(
              new LanePlan(engine, spec, expansion, lanes, dtype),
              new LanePlan(engine, spec, rollout, lanes, dtype),
              rule(objective)));
    }
  }

  private static Program slope(Objective objective) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", objective.cost());
    out.put("gradient", objective.gradient());
    return objective.program(out);
  }

  private StepRule rule(Objective objective) {
    int n = objective.size();
    boolean one =
        config.hessian() == GaussNewtonConfig.Hessian.GAUSS_NEWTON
            && objective.residualCount() == 1;
    if (one || !hasHessian) {
      return new RankOneStep(n, !hasHessian);
    }
    return config.step() == GaussNewtonConfig.Step.DOGLEG ? new DoglegStep(n) : new DampedStep(n);
  }

  @Override
  public Solution solve(
      Problem problem,
      double[] start,
      double[] low,
      double[] high,
      Deadline deadline,
      int recorded) {
    SampleResults results = new SampleResults(batch);
    Iterates at =
        new Iterates(config, results, start, low, high, dtype, batch, hasHessian, recorded);
    double[] x0 = problem.initialState().toDoubles();
    for (Tools t : tools) {
      t.expansion().begin(problem);
      t.rollout().begin(problem);
    }
    Turn turn = new Turn(at, x0);
    for (int iteration = 0; results.anyActive(); iteration++) {
      turn.iteration = iteration;
      turn.limit = limit(iteration, deadline);
      workers.run(groups.form(results), turn);
    }
    return solution(at, x0);
  }

  /** One iteration of a group; an object, so that iterations allocate nothing. */
  private final class Turn implements IntConsumer {
    private final Iterates at;
    private final double[] x0;
    private int iteration;
    private Status limit;

    Turn(Iterates at, double[] x0) {
      this.at = at;
      this.x0 = x0;
    }

    @Override
    public void accept(int g) {
      iterate(tools.get(g % workers.threads()), at, x0, groups.group(g), iteration, limit);
    }
  }

  private Status limit(int iteration, Deadline deadline) {
    if (iteration == config.maxIterations()) {
      return Status.ITERATION_LIMIT;
    }
    return deadline.isPast() ? Status.DEADLINE : null;
  }

  private void iterate(
      Tools t, Iterates at, double[] x0, int[] samples, int iteration, Status limit) {
    expand(t.expansion(), at, x0, samples);
    boolean any = false;
    for (int b : samples) {
      if (b >= 0) {
        at.judge(b, iteration);
        any |= propose(t.rule(), at, b, iteration, limit);
      }
    }
    if (any) {
      load(t.rollout(), at.candidate, x0, samples);
      t.rollout().run();
      t.rollout().getRows("cost", at.candidateCost, samples);
      for (int b : samples) {
        if (b >= 0 && at.results.isActive(b)) {
          at.acceptOrShorten(b, t.rule());
        }
      }
    }
  }

  private static void load(LanePlan plan, double[] actions, double[] x0, int[] samples) {
    plan.select(samples, 0);
    plan.setRows(Objective.INITIAL_STATE, x0, samples);
    plan.setRows(Objective.ACTIONS, actions, samples);
  }

  /** Samples whose last step was refused stand where their expansion was made. */
  private void expand(LanePlan plan, Iterates at, double[] x0, int[] samples) {
    boolean any = false;
    for (int b : samples) {
      any |= b >= 0 && at.moved[b];
    }
    if (any) {
      load(plan, at.actions, x0, samples);
      plan.run();
      plan.getRows("cost", at.cost, samples);
      plan.getRows("gradient", at.gradient, samples);
      if (hasHessian) {
        plan.getRows("hessian", at.hessian, samples);
      }
    }
  }

  /** Finds the next step of a sample, shortening it until there is one; false if it is finished. */
  private static boolean propose(StepRule rule, Iterates at, int b, int iteration, Status limit) {
    if (at.results.isActive(b) && limit != null) {
      at.results.finish(b, limit, iteration);
    }
    while (at.results.isActive(b) && !rule.propose(at, b)) {
      if (!rule.shorten(at, b)) {
        at.results.finish(b, Status.REGULARIZATION_LIMIT, iteration);
      }
    }
    return at.results.isActive(b);
  }

  /** The states of what was found, and the costs that go with them. */
  private Solution solution(Iterates at, double[] x0) {
    int h = spec.horizon();
    double[] states = new double[batch * (h + 1) * spec.stateSize()];
    double[] cost = new double[batch];
    int all = groups.form(new SampleResults(batch));
    workers.run(
        all,
        g -> {
          LanePlan rollout = tools.get(g % workers.threads()).rollout();
          load(rollout, at.actions, x0, groups.group(g));
          rollout.run();
          rollout.getRows("states", states, groups.group(g));
          rollout.getRows("cost", cost, groups.group(g));
        });
    return Solution.of(batch, h, spec.stateSize(), spec.actionSize())
        .actions(at.actions)
        .states(states)
        .cost(cost)
        .status(at.results.status())
        .iterations(at.results.iterations())
        .stationarity(at.stationarity)
        .steps(at.recorder.steps())
        .build();
  }

  @Override
  public void close() {
    for (Tools t : tools) {
      t.expansion().close();
      t.rollout().close();
    }
  }
}
