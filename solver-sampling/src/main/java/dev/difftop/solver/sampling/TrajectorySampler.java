package dev.difftop.solver.sampling;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PolicyRollout;
import java.util.Map;
import java.util.Optional;

/** Draws the trajectories of one problem of a batch and computes their costs. */
final class TrajectorySampler implements AutoCloseable {
  private final SamplingSettings settings;
  private final ProblemSpec spec;
  private final int n;
  private final int samples;
  private final int followers;

  private final CompiledProblem plan;
  private final Optional<CompiledProblem> policy;
  private final double[] actions;
  private final double[] costs;

  TrajectorySampler(SamplingSettings settings, Engine engine, Objective objective, DType dtype) {
    this.settings = settings;
    this.spec = objective.spec();
    this.n = objective.size();
    this.followers = PolicyRollout.exists(spec) ? settings.policySamples() : 0;
    this.samples = settings.samples() + (settings.policyAdditional() ? followers : 0);
    this.plan =
        new CompiledProblem(
            engine,
            spec,
            objective.program(Map.of("cost", objective.cost())),
            samples,
            dtype,
            settings.threads());
    this.policy =
        followers == 0
            ? Optional.empty()
            : Optional.of(
                new CompiledProblem(
                    engine, spec, PolicyRollout.trace(spec), followers, dtype, settings.threads()));
    this.actions = new double[samples * n];
    this.costs = new double[samples];
  }

  /** Takes the parameters of a problem. */
  void load(Problem problem) {
    plan.loadParameters(problem);
    policy.ifPresent(p -> p.loadParameters(problem));
  }

  /**
   * Draws a round of samples for problem {@code b} of the batch and evaluates them. The first is
   * the mean itself, the last follow the policy.
   *
   * @param z standard normal numbers, (samples, n)
   */
  void sample(Problem problem, int b, ActionGaussian gaussian, double[] z) {
    loadProblem(plan, problem, b, samples);
    for (int i = 0; i < actions.length; i++) {
      int k = i % n;
      double u = gaussian.mean()[k] + (i < n ? 0 : gaussian.deviation()[k] * z[i]);
      actions[i] = Boxes.clamp(u, gaussian.low()[k], gaussian.high()[k]);
    }
    double[] followed = gaussian.policySamples();
    System.arraycopy(followed, 0, actions, actions.length - followed.length, followed.length);
    plan.set(Objective.ACTIONS, actions);
    plan.run();
    plan.get("cost", costs);
  }

  private void loadProblem(CompiledProblem into, Problem problem, int b, int rows) {
    into.set(Objective.INITIAL_STATE, repeated(problem.initialState(), b, rows));
    for (String name : spec.context().keySet()) {
      into.set(name, repeated(problem.context().get(name), b, rows));
    }
  }

  private static double[] repeated(Array batch, int b, int rows) {
    int length = batch.size() / batch.shape().dim(0);
    double[] out = new double[rows * length];
    for (int row = 0; row < rows; row++) {
      batch.read(b * length, out, row * length, length);
    }
    return out;
  }

  /**
   * Finds the samples that follow the policy, where there are any; the first without noise.
   *
   * @param numbers gives their noise
   */
  void followPolicy(Problem problem, int b, ActionGaussian gaussian, NormalNumbers numbers) {
    if (policy.isEmpty()) {
      return;
    }
    CompiledProblem rollout = policy.get();
    loadProblem(rollout, problem, b, followers);
    double[] z = numbers.ofPolicy(followers * n);
    double[] low = new double[z.length];
    double[] high = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      z[i] *= i < n ? 0 : settings.minStd() * gaussian.scale()[i % n];
      low[i] = gaussian.low()[i % n];
      high[i] = gaussian.high()[i % n];
    }
    rollout.set("noise", z);
    rollout.set("low", low);
    rollout.set("high", high);
    rollout.run();
    rollout.get("actions", gaussian.policySamples());
    for (int i = 0; i < z.length; i++) {
      // The policy acts in the number format of the plan, the box is in float64.
      gaussian.policySamples()[i] = Boxes.clamp(gaussian.policySamples()[i], low[i], high[i]);
    }
  }

  /** Number of samples of a round. */
  int samples() {
    return samples;
  }

  /** Number of samples that follow the policy. */
  int followers() {
    return followers;
  }

  /** The samples of the last round, shape (N, n). */
  double[] actions() {
    return actions;
  }

  /** Their costs. */
  double[] costs() {
    return costs;
  }

  @Override
  public void close() {
    plan.close();
    policy.ifPresent(CompiledProblem::close);
  }
}
