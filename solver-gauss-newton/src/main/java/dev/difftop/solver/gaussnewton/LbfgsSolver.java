package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Feasibility;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.RandomRestarts;
import dev.difftop.optimization.SolutionRows;
import dev.difftop.optimization.StageExpansion;
import dev.difftop.optimization.adjoint.KinkNewton;
import dev.difftop.optimization.stagewise.StabilizedStart;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Quasi-Newton steps from first derivatives alone. Each step minimises, over the box, the largest
 * of the linearised pieces of J plus one quadratic term whose matrix is made from the last few
 * steps (damped BFGS); so an optimum on the kink of {@code min(Q1, Q2)} is found as fast as a
 * smooth one. Byrd, Lu, Nocedal, Zhu, "A limited memory algorithm for bound constrained
 * optimization", 1995; Nocedal and Wright, "Numerical Optimization", section 18.3 (damping);
 * Wilson, Han (1977) for the largest of several functions.
 *
 * <p>Where that ends near a kink before it has converged, Newton steps on the conditions of the
 * kink finish it ({@link KinkNewton}).
 *
 * <p>A linear-quadratic problem without a guess is solved from its matrices.
 *
 * <p>The matrix is written out, n x n for n = H nu, and each step factorises its free part: meant
 * for n up to some hundreds.
 */
final class LbfgsSolver implements Solver {
  /** With more actions than this no restart is random. */
  static final int MOST_RANDOM = 128;

  private final LbfgsConfig config;
  private final WorkerPool workers;
  private final PlanCache<QuasiNewtonBatch> plans;
  private final KinkNewton kinkNewton;
  private final Feasibility feasibility;
  private final StabilizedStart stabilized;
  private final RandomRestarts restarts;
  private final Map<ProblemSpec, Boolean> quadratic = new WeakHashMap<>();

  @Inject
  LbfgsSolver(LbfgsConfig config, Engine engine, RandomStream random) {
    this.config = config;
    this.workers = new WorkerPool(config.threads());
    this.plans = new PlanCache<>(problem -> new QuasiNewtonBatch(config, engine, workers, problem));
    this.kinkNewton = new KinkNewton(engine, config.check());
    this.feasibility = new Feasibility(engine);
    this.stabilized = new StabilizedStart(engine, workers, config.check(), config.maxIterations());
    this.restarts =
        new RandomRestarts(
            this::solveFrom,
            Optional.of(this::solveStabilized),
            config.randomRestarts(),
            random.child("restarts"));
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    Optional<Solution> direct = fromMatrices(problem, guess, deadline);
    return direct.isPresent() && direct.get().convergedShare() == 1
        ? direct.get()
        : join(best(problem, guess, deadline, Optional.empty()), direct);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream stream) {
    Optional<Solution> direct = fromMatrices(problem, guess, deadline);
    return direct.isPresent() && direct.get().convergedShare() == 1
        ? direct.get()
        : join(best(problem, guess, deadline, Optional.of(stream.child("restarts"))), direct);
  }

  /** Matrices over many actions are slow, and random actions lead nowhere over long horizons. */
  private Solution best(
      Problem problem, Array guess, Deadline deadline, Optional<RandomStream> stream) {
    if (problem.spec().horizon() * problem.spec().actionSize() > MOST_RANDOM) {
      return restarts.bestStabilized(problem, guess, deadline);
    }
    return stream
        .map(own -> restarts.best(problem, guess, deadline, own))
        .orElseGet(() -> restarts.best(problem, guess, deadline));
  }

  /**
   * Linear-quadratic samples without a guess are solved from their matrices, where no bound is met:
   * empty for any other problem.
   */
  private Optional<Solution> fromMatrices(Problem problem, Array guess, Deadline deadline) {
    return config.maxIterations() > 0 && isQuadratic(problem.spec()) && !deadline.isPast()
        ? Optional.of(
            stabilized.fromMatrices(problem, guess, deadline).toBuilder()
                .gains(Optional.empty())
                .build())
        : Optional.empty();
  }

  private boolean isQuadratic(ProblemSpec spec) {
    return quadratic.computeIfAbsent(
        spec,
        s -> {
          StageExpansion stages = new StageExpansion(s);
          return stages.isSmooth() && stages.quadratic().isPresent();
        });
  }

  private static Solution join(Solution found, Optional<Solution> direct) {
    return direct.map(solved -> SolutionRows.takeConverged(found, solved)).orElse(found);
  }

  private Solution solveFrom(Problem problem, Array guess, Deadline deadline) {
    double[] start = Guesses.inside(problem, guess);
    QuasiNewtonBatch compiled = plans.get(problem);
    Solution found = compiled.solve(problem, start, new Limits(config.maxIterations(), deadline));
    Solution polished =
        compiled.hasKinks() && !deadline.isPast() ? kinkNewton.polish(problem, found) : found;
    return feasibility.judge(problem, polished);
  }

  private Solution solveStabilized(Problem problem, Array guess, Deadline deadline) {
    return StabilizedStart.exists(problem.spec())
        ? stabilized.solve(problem, guess, deadline, this::solveFrom)
        : solveFrom(problem, guess, deadline);
  }

  @Override
  public void close() {
    plans.close();
    kinkNewton.close();
    feasibility.close();
    stabilized.close();
  }
}
