package dev.difftop.solver.sampling;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PolicyRollout;
import java.util.Map;
import java.util.Optional;

/** Draws the trajectories of one problem of a batch and finds what each costs. */
final class SampledCosts implements AutoCloseable {
  private final SamplingSettings settings;
  private final RandomStream random;
  private final ProblemSpec spec;
  private final int n;
  private final int samples;
  private final int followers;

  private final CompiledProblem plan;
  private final Optional<CompiledProblem> policy;

  /** Standard normal numbers, one row of samples for every round, drawn when first needed. */
  private final double[][] noise;

  private final double[] actions;
  private final double[] costs;

  SampledCosts(
      SamplingSettings settings,
      Engine engine,
      RandomStream random,
      Objective objective,
      DType dtype) {
    this.settings = settings;
    this.random = random;
    this.spec = objective.spec();
    this.n = objective.size();
    this.samples = settings.samples();
    // One sample is the mean itself.
    this.followers =
        PolicyRollout.exists(spec) ? Math.min(settings.policySamples(), samples - 1) : 0;
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
    this.noise = new double[settings.iterations()][];
    this.actions = new double[samples * n];
    this.costs = new double[samples];
  }

  /** Takes the parameters of a problem. */
  void load(Problem problem) {
    plan.loadParameters(problem);
    policy.ifPresent(p -> p.loadParameters(problem));
  }

  /** Evaluates a round of samples for problem {@code b} of the batch. */
  void evaluate(Problem problem, int b, int round, Proposal proposal) {
    loadProblem(plan, problem, b, samples);
    draw(round, proposal);
    double[] followed = proposal.followed();
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

  private void draw(int round, Proposal proposal) {
    if (noise[round] == null) {
      noise[round] = normal(random.child("noise").child(round), samples * n);
    }
    double[] z = noise[round];
    for (int i = 0; i < actions.length; i++) {
      int k = i % n;
      double u = proposal.mean()[k] + (i < n ? 0 : proposal.std()[k] * z[i]);
      actions[i] = Boxes.clamp(u, proposal.low()[k], proposal.high()[k]);
    }
  }

  /** Finds the samples that follow the policy, where there are any; the first without noise. */
  void followPolicy(Problem problem, int b, Proposal proposal) {
    if (policy.isEmpty()) {
      return;
    }
    CompiledProblem rollout = policy.get();
    loadProblem(rollout, problem, b, followers);
    double[] z = normal(random.child("policy"), followers * n);
    double[] low = new double[z.length];
    double[] high = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      z[i] *= i < n ? 0 : settings.minStd() * proposal.scale()[i % n];
      low[i] = proposal.low()[i % n];
      high[i] = proposal.high()[i % n];
    }
    rollout.set("noise", z);
    rollout.set("low", low);
    rollout.set("high", high);
    rollout.run();
    rollout.get("actions", proposal.followed());
    for (int i = 0; i < z.length; i++) {
      // The policy acts in the number format of the plan, the box is in float64.
      proposal.followed()[i] = Boxes.clamp(proposal.followed()[i], low[i], high[i]);
    }
  }

  private static double[] normal(RandomStream stream, int count) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = stream.nextGaussian();
    }
    return out;
  }

  /** Number of samples that follow the policy. */
  int followers() {
    return followers;
  }

  /** The samples of the last round, shape (N, n). */
  double[] actions() {
    return actions;
  }

  /** What they cost. */
  double[] costs() {
    return costs;
  }

  @Override
  public void close() {
    plan.close();
    policy.ifPresent(CompiledProblem::close);
  }
}
