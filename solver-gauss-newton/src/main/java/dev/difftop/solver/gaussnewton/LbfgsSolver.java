package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
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
import dev.difftop.optimization.adjoint.KinkNewton;
import dev.difftop.optimization.stagewise.StabilizedStart;
import jakarta.inject.Inject;
import java.util.Optional;

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
 * <p>The matrix is written out, n x n for n = H nu, and each step factorises its free part: meant
 * for n up to some hundreds.
 */
final class LbfgsSolver implements Solver {
  private final LbfgsConfig config;
  private final WorkerPool workers;
  private final PlanCache<QuasiNewtonBatch> plans;
  private final KinkNewton kinkNewton;
  private final Feasibility feasibility;
  private final StabilizedStart stabilized;
  private final RandomRestarts restarts;

  @Inject
  LbfgsSolver(LbfgsConfig config, Engine engine, RandomStream random) {
    this.config = config;
    this.workers = new WorkerPool(config.threads());
    this.plans = new PlanCache<>(problem -> new QuasiNewtonBatch(config, engine, workers, problem));
    this.kinkNewton = new KinkNewton(engine, config.check());
    this.feasibility = new Feasibility(engine);
    this.stabilized = new StabilizedStart(engine, workers);
    this.restarts =
        new RandomRestarts(
            this::solveFrom,
            Optional.of(this::solveStabilized),
            config.randomRestarts(),
            random.child("restarts"));
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    return restarts.best(problem, guess, deadline);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream stream) {
    return restarts.best(problem, guess, deadline, stream.child("restarts"));
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
        ? solveFrom(problem, stabilized.actions(problem, guess, deadline), deadline)
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
