package dev.difftop.learning.model;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.model.ActingSettings.Start;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Actor of a {@link PlanningPolicy}: warm starts, kept context leaves and the rest of a plan. */
final class PlanningActor implements Policy.Actor {
  private final PlanningPolicy policy;
  private final PlanningModel model;
  private final Optional<Policy.Actor> base;
  private final Optional<ContextSource.Sampler> contexts;
  private final boolean keepsContext;
  private final CompiledProgram encoding;

  /** Plans for all candidates. */
  private final Planner choosing;

  /** Plans for the candidate that is kept; the same one if there is one candidate only. */
  private final Planner following;

  private final Array low;
  private final Array high;
  private RandomStream episode = RandomStream.root(0);
  private Map<String, Array> kept = Map.of();
  private Optional<Array> plan = Optional.empty();
  private int executed;
  private long plans;
  private long solves;
  private long converged;
  private long iterations;

  PlanningActor(PlanningPolicy policy) {
    this.policy = policy;
    this.model = policy.model();
    this.base = policy.base().map(Policy::actor);
    this.contexts = policy.contexts().map(ContextSource::sampler);
    this.keepsContext = policy.contexts().map(ContextSource::isKept).orElse(false);
    this.encoding = model.engine().compile(model.encoding(), 1, model.dtype());
    model.parameters().bindTo(encoding);
    int candidates = policy.contexts().map(ContextSource::candidates).orElse(1);
    this.choosing = new Planner(candidates);
    this.following = keepsContext && candidates > 1 ? new Planner(1) : choosing;
    this.low = ActionBox.low(model.spec());
    this.high = ActionBox.high(model.spec());
  }

  @Override
  public void reset(RandomStream random) {
    choosing.start.reset();
    following.start.reset();
    kept = Map.of();
    plan = Optional.empty();
    executed = 0;
    plans = 0;
    episode = random;
    base.ifPresent(actor -> actor.reset(random.child("base")));
  }

  @Override
  public double[] act(Map<String, Array> observation) {
    policy.signature().check(observation);
    // At every step, so that a base policy with a memory misses none.
    Optional<double[]> held =
        policy.acting().start() == Start.BASE
            ? base.map(actor -> actor.act(observation))
            : Optional.empty();
    if (plan.isEmpty() || executed == policy.execute()) {
      plan = Optional.of(makePlan(observation, held));
      executed = 0;
    }
    int nu = policy.signature().actionSize();
    return policy.normalizers().restoreAction(plan.get(), nu * executed++);
  }

  private Array makePlan(Map<String, Array> observation, Optional<double[]> held) {
    RandomStream own = episode.child(plans++);
    boolean chosen = !kept.isEmpty();
    Planner planner = chosen ? following : choosing;
    Map<String, Array> context =
        chosen
            ? kept
            : contexts.map(c -> c.draw(observation, own.child("context"))).orElse(Map.of());
    policy.normalizers().write(observation, encoding);
    encoding.run();
    Array states = repeated(encoding.output("state"), planner.batch);
    Problem problem = model.problem(states, low, high, context);
    Array guess = planner.start.guess(problem, own.child("start"));
    held.ifPresent(action -> hold(action, guess));
    Solution solution = planner.solver.solve(problem, guess, policy.deadline(), own.child("solve"));
    int best = cheapest(solution.cost());
    count(solution, best);
    if (keepsContext && !chosen) {
      Map<String, Array> one = new LinkedHashMap<>();
      context.forEach((name, leaf) -> one.put(name, row(leaf, best)));
      kept = one;
    }
    int nu = policy.signature().actionSize();
    following.start.keep(solution.actions(), best, policy.execute() * nu, nu);
    return row(solution.actions(), best);
  }

  private void count(Solution solution, int sample) {
    solves++;
    converged += solution.status(sample).isConverged() ? 1 : 0;
    iterations += solution.iterations()[sample];
  }

  /** The sample of least finite cost; the first one if none is finite. */
  private static int cheapest(double[] cost) {
    int best = 0;
    for (int b = 1; b < cost.length; b++) {
      boolean better = cost[b] < cost[best] || !Double.isFinite(cost[best]);
      best = Double.isFinite(cost[b]) && better ? b : best;
    }
    return best;
  }

  private void hold(double[] action, Array guess) {
    for (int i = 0; i < guess.size(); i++) {
      int j = i % action.length;
      guess.set(i, policy.normalizers().actions().normalize(action[j], j));
    }
  }

  /** One sample of a batch, as a batch of 1. */
  private static Array row(Array batch, int sample) {
    int length = batch.size() / batch.shape().dim(0);
    double[] values = new double[length];
    batch.read(sample * length, values, 0, length);
    int[] dims = batch.shape().dims().clone();
    dims[0] = 1;
    Array out = Array.zeros(batch.dtype(), Shape.of(dims));
    out.write(0, values, 0, length);
    return out;
  }

  /** The one state for each candidate. */
  private static Array repeated(Array state, int batch) {
    if (batch == 1) {
      return state;
    }
    double[] values = state.toDoubles();
    Array out = Array.zeros(state.dtype(), Shape.of(batch, values.length));
    for (int b = 0; b < batch; b++) {
      out.write(b * values.length, values, 0, values.length);
    }
    return out;
  }

  @Override
  public Metrics statistics() {
    if (solves == 0) {
      return Metrics.NONE;
    }
    return Metrics.NONE
        .with("converged", converged / (double) solves)
        .with("iterations", iterations / (double) solves);
  }

  @Override
  public void close() {
    encoding.close();
    choosing.close();
    if (following != choosing) {
      following.close();
    }
    base.ifPresent(Policy.Actor::close);
    contexts.ifPresent(ContextSource.Sampler::close);
  }

  /** Solver and warm start of one batch size. */
  private final class Planner implements AutoCloseable {
    private final int batch;
    private final Solver solver = policy.newSolver();
    private final WarmStart start;

    Planner(int batch) {
      this.batch = batch;
      this.start = new WarmStart(model, policy.acting().start(), batch);
    }

    @Override
    public void close() {
      start.close();
      solver.close();
    }
  }
}
