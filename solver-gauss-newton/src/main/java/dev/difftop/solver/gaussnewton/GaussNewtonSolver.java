package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.StepRecording;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.concurrent.WorkerPool;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Limits;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.RandomRestarts;
import dev.difftop.optimization.StageExpansion;
import dev.difftop.optimization.stagewise.StabilizedStart;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Minimises J over all actions at once (single shooting): each iteration minimises the quadratic
 * model with curvature H + λ D over the box, and adapts λ by how well the model foretold the
 * decrease. Samples of a batch share nothing but the runs of the plans. Nocedal and Wright,
 * "Numerical Optimization", chapters 4, 10 and 16.
 *
 * <p>A cost that is the largest of several pieces has kinks, where no smooth model foretells a
 * step: such problems go to {@link LbfgsSolver}, whose steps see the pieces.
 */
final class GaussNewtonSolver implements Solver, StepRecording {
  /** Steps that tell of the curvature where J has kinks. */
  private static final int KINK_MEMORY = 10;

  /** Above this many actions a recursion over stages is faster than dense matrices. */
  private static final int LARGEST_DENSE = 64;

  private final GaussNewtonConfig config;
  private final Engine engine;
  private final WorkerPool workers;
  private final PlanCache<GaussNewtonBatch> plans;
  private final PlanCache<GaussNewtonBatch> recordingPlans;
  private final LbfgsSolver kinked;
  private final Map<ProblemSpec, Boolean> kinks = new WeakHashMap<>();
  private final Map<ProblemSpec, Boolean> quadratic = new WeakHashMap<>();
  private final RandomRestarts restarts;
  private final StabilizedStart stabilized;
  private int recorded;

  @Inject
  GaussNewtonSolver(GaussNewtonConfig config, Engine engine, RandomStream random) {
    this.config = config;
    this.engine = engine;
    this.workers = new WorkerPool(config.threads());
    this.plans = new PlanCache<>(problem -> make(problem, false));
    this.recordingPlans = new PlanCache<>(problem -> make(problem, true));
    this.kinked =
        new LbfgsSolver(
            new LbfgsConfig(
                config.maxIterations(),
                config.tolerance(),
                config.relativeTolerance(),
                KINK_MEMORY,
                1,
                0,
                config.threads()),
            engine,
            random);
    this.stabilized = new StabilizedStart(engine, workers, config.check(), config.maxIterations());
    this.restarts =
        new RandomRestarts(
            this::solveFrom,
            Optional.of(this::solveStabilized),
            config.randomRestarts(),
            random.child("attempts"));
  }

  private GaussNewtonBatch make(Problem problem, boolean records) {
    return inStages(problem.spec(), records)
        ? new StagesBatch(config, engine, workers, problem)
        : new DenseBatch(config, engine, problem);
  }

  /**
   * A step that needs the whole matrix has it, however long the horizon.
   *
   * @param records whether steps are recorded, which are those over all actions at once
   */
  private boolean inStages(ProblemSpec spec, boolean records) {
    return switch (config.structure()) {
      case DENSE -> false;
      case STAGES -> true;
      case AUTO ->
          !needsMatrix()
              && (spec.horizon() * spec.actionSize() > LARGEST_DENSE
                  || (!records && isQuadratic(spec)));
    };
  }

  /** Linear-quadratic problems are solved from their matrices, stage by stage. */
  private boolean isQuadratic(ProblemSpec spec) {
    return quadratic.computeIfAbsent(spec, s -> new StageExpansion(s).quadratic().isPresent());
  }

  private boolean needsMatrix() {
    return config.step() == GaussNewtonConfig.Step.DOGLEG
        || config.hessian() == GaussNewtonConfig.Hessian.SCALAR_RESIDUAL;
  }

  @Override
  public Optional<String> refusal(ProblemSpec spec) {
    if (config.structure() == GaussNewtonConfig.Structure.STAGES && needsMatrix()) {
      return Optional.of(
          "solver gauss-newton: structure: stages makes damped steps from second derivatives; found"
              + " step: dogleg or hessian: scalar-residual, expected step: levenberg-marquardt and"
              + " another hessian; or choose structure: dense");
    }
    if (bendsCost(spec) && !spec.cost().supportsSecondDerivatives()) {
      return Optional.of(
          "solver gauss-newton with hessian: %s needs second derivatives of the cost, which has none; choose lbfgs, or a cost with residuals and hessian: gauss-newton"
              .formatted(config.hessian().name().toLowerCase(Locale.ROOT).replace('_', '-')));
    }
    return config.hessian() == GaussNewtonConfig.Hessian.EXACT
        ? spec.withoutSecondDerivatives().map(GaussNewtonSolver::needsSecondDerivatives)
        : Optional.empty();
  }

  private boolean bendsCost(ProblemSpec spec) {
    return config.hessian() == GaussNewtonConfig.Hessian.GENERALIZED_GAUSS_NEWTON
        || (config.hessian() == GaussNewtonConfig.Hessian.GAUSS_NEWTON && !spec.hasResiduals());
  }

  private static String needsSecondDerivatives(String part) {
    return "solver gauss-newton with hessian: exact needs second derivatives of the %s, which has none; choose hessian: gauss-newton"
        .formatted(part);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    return restarts.best(problem, guess, deadline);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline, RandomStream stream) {
    return restarts.best(problem, guess, deadline, stream.child("restarts"));
  }

  private Solution solveStabilized(Problem problem, Array guess, Deadline deadline) {
    return StabilizedStart.exists(problem.spec())
        ? stabilized.solve(problem, guess, deadline, this::solveFrom)
        : solveFrom(problem, guess, deadline);
  }

  private Solution solveFrom(Problem problem, Array guess, Deadline deadline) {
    double[] start = Guesses.inside(problem, guess);
    Limits limits = new Limits(config.maxIterations(), deadline);
    return hasKinks(problem.spec())
        ? kinked.solve(problem, guess, deadline)
        : (recorded == 0 ? plans : recordingPlans)
            .get(problem)
            .solve(problem, start, limits, recorded);
  }

  private boolean hasKinks(ProblemSpec spec) {
    return kinks.computeIfAbsent(spec, s -> new Objective(s).pieces().size() > 1);
  }

  @Override
  public void recordSteps(int last) {
    recorded = last;
  }

  @Override
  public Optional<String> recordingRefusal(ProblemSpec spec) {
    if (config.randomRestarts() > 0) {
      return Optional.of(
          "solver gauss-newton records the steps of one solve; found random-restarts: %d, expected 0"
              .formatted(config.randomRestarts()));
    }
    return !needsMatrix() && !inStages(spec, true)
        ? Optional.empty()
        : Optional.of(
            "solver gauss-newton records damped steps over all actions at once; found step: dogleg,"
                + " hessian: scalar-residual or steps by stages; choose step: levenberg-marquardt"
                + " and structure: dense");
  }

  @Override
  public void close() {
    plans.close();
    recordingPlans.close();
    stabilized.close();
    kinked.close();
  }
}
