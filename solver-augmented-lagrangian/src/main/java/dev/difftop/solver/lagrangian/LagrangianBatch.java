package dev.difftop.solver.lagrangian;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Objective;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is kept for one spec and batch size: the inner problem, and a look at the limits. */
final class LagrangianBatch implements AutoCloseable {
  private final AugmentedLagrangianConfig config;
  private final Solver inner;
  private final LimitCounts counts;
  private final ProblemSpec augmented;
  private final CompiledProblem look;
  private final int batch;
  private final int n;

  LagrangianBatch(AugmentedLagrangianConfig config, Engine engine, Solver inner, Problem problem) {
    ProblemSpec spec = problem.spec();
    this.config = config;
    this.inner = inner;
    this.counts = LimitCounts.of(spec);
    this.augmented = augmented(spec);
    this.batch = problem.batch();
    this.n = spec.horizon() * spec.actionSize();
    Objective objective = new Objective(spec);
    this.look =
        new CompiledProblem(
            engine, spec, objective.program(outputs(objective)), batch, problem.dtype());
  }

  private static Map<String, Tensor> outputs(Objective objective) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("cost", objective.costWithoutPenalty());
    out.put("states", objective.states());
    List<Tensor> limits = objective.limits();
    if (!limits.isEmpty()) {
      out.put("limits", Tensor.stack(1, limits.toArray(Tensor[]::new)));
    }
    return out;
  }

  /** The same problem with its limits in the cost. */
  static ProblemSpec augmented(ProblemSpec spec) {
    return new ProblemSpec(
        spec.dynamics(),
        AugmentedCost.of((ConstrainedCost) spec.cost(), LimitCounts.of(spec)),
        spec.horizon(),
        spec.discount(),
        spec.controlPenalty());
  }

  Solution solve(Problem problem, Array guess, Deadline deadline, Optional<RandomStream> random) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] u = Guesses.inside(problem, guess, low, high);
    look.load(problem);
    LagrangianSamples samples = new LagrangianSamples(config, counts, batch, problem.dtype());
    LagrangianResult result = new LagrangianResult(problem.spec(), counts, batch);
    for (int round = 1; samples.anyActive(); round++) {
      Problem next = inner(problem, samples, low, high);
      Array start = Array.of(u, dims());
      Solution found =
          random.isPresent()
              ? inner.solve(next, start, deadline, random.get().child(round))
              : inner.solve(next, start, deadline);
      found.actions().read(0, u, 0, u.length);
      double[] limits = limits(u);
      for (int b = 0; b < batch; b++) {
        if (samples.isActive(b)) {
          samples.receive(b, found, limits, round);
          if (round == 1 || found.status(b) != Status.NOT_FINITE) {
            result.take(b, found);
          }
          pin(b, samples, u, low, high);
        }
      }
    }
    look.set(Objective.ACTIONS, u);
    look.run();
    return result.solution(
        u, look.get("states"), look.get("cost"), samples, problem.spec().discount());
  }

  private int[] dims() {
    return new int[] {batch, counts.horizon(), n / counts.horizon()};
  }

  /** A finished sample stays where it is. */
  private void pin(int b, LagrangianSamples samples, double[] u, double[] low, double[] high) {
    if (!samples.isActive(b)) {
      System.arraycopy(u, b * n, low, b * n, n);
      System.arraycopy(u, b * n, high, b * n, n);
    }
  }

  private double[] limits(double[] u) {
    if (counts.all() == 0) {
      return new double[0];
    }
    look.set(Objective.ACTIONS, u);
    look.run();
    return look.get("limits");
  }

  private Problem inner(Problem problem, LagrangianSamples samples, double[] low, double[] high) {
    Map<String, Array> context = new LinkedHashMap<>(problem.context());
    int stages = counts.horizon() * counts.stage();
    if (stages > 0) {
      context.put(
          AugmentedTerms.STAGE_SHIFTS,
          Array.of(samples.shifts(0, stages), batch, counts.horizon(), counts.stage()));
    }
    if (counts.last() > 0) {
      context.put(
          AugmentedTerms.LAST_SHIFTS,
          Array.of(samples.shifts(stages, counts.last()), batch, counts.last()));
    }
    context.put(AugmentedTerms.PENALTY, Array.of(samples.penalties(), batch));
    Shape box = Shape.of(dims());
    return new Problem(
        augmented,
        problem.dtype(),
        problem.initialState(),
        Array.of(low.clone(), box.dims()),
        Array.of(high.clone(), box.dims()),
        context,
        problem.parameters());
  }

  @Override
  public void close() {
    look.close();
  }
}
