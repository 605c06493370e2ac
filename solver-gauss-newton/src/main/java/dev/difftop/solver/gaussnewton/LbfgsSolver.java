package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Engine;
import dev.difftop.optimization.Boxes;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Feasibility;
import dev.difftop.optimization.Guesses;
import dev.difftop.optimization.Objective;
import dev.difftop.optimization.PlanCache;
import dev.difftop.optimization.SampleResults;
import dev.difftop.optimization.adjoint.KinkNewton;
import dev.difftop.optimization.stagewise.Workers;
import jakarta.inject.Inject;
import java.util.function.IntConsumer;

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
  /** Samples whose steps one thread finds after each other. */
  private static final int SHARE = 8;

  private final LbfgsConfig config;
  private final Engine engine;
  private final Workers workers;
  private final PlanCache<Plans> plans;
  private final KinkNewton kinkNewton;
  private final Feasibility feasibility;

  @Inject
  LbfgsSolver(LbfgsConfig config, Engine engine) {
    this.config = config;
    this.engine = engine;
    this.workers = new Workers(config.threads());
    this.plans = new PlanCache<>(Plans::new);
    this.kinkNewton = new KinkNewton(engine, config.check());
    this.feasibility = new Feasibility(engine);
  }

  @Override
  public Solution solve(Problem problem, Array guess, Deadline deadline) {
    double[] low = Boxes.low(problem);
    double[] high = Boxes.high(problem);
    double[] start = Guesses.inside(problem, guess, low, high);
    Plans compiled = plans.get(problem);
    Solution solution = compiled.solve(problem, start, low, high, deadline);
    Solution polished =
        compiled.hasKinks() && !deadline.isPast() ? kinkNewton.polish(problem, solution) : solution;
    return feasibility.judge(problem, polished);
  }

  @Override
  public void close() {
    plans.close();
    workers.close();
    kinkNewton.close();
    feasibility.close();
  }

  /** The compiled programs for one spec and batch size, and the loop over them. */
  private final class Plans implements AutoCloseable {
    private final ProblemSpec spec;
    private final int batch;
    private final int pieces;
    private final SlopeTiles slopes;
    private final CompiledProblem rollout;
    private final QuasiNewtonSearch[] searches;

    Plans(Problem problem) {
      this.spec = problem.spec();
      this.batch = problem.batch();
      Objective objective = new Objective(spec);
      this.slopes = new SlopeTiles(engine, workers, problem, objective);
      this.rollout =
          new CompiledProblem(
              engine, spec, objective.rollout(), batch, problem.dtype(), config.threads());
      this.pieces = objective.pieces().size();
      MinimaxQp qp = null;
      this.searches = new QuasiNewtonSearch[batch];
      for (int b = 0; b < batch; b++) {
        qp = b % SHARE == 0 ? new MinimaxQp(objective.size(), pieces) : qp;
        searches[b] = new QuasiNewtonSearch(config, qp, objective.size(), pieces, problem.dtype());
      }
    }

    boolean hasKinks() {
      return pieces > 1;
    }

    Solution solve(
        Problem problem, double[] start, double[] low, double[] high, Deadline deadline) {
      slopes.load(problem);
      rollout.load(problem);
      SampleResults results = new SampleResults(batch);
      int n = start.length / batch;
      for (int b = 0; b < batch; b++) {
        searches[b].begin(start, low, high, b * n);
      }
      slopes.evaluate(start, results, (b, v, g, row) -> searches[b].receiveStart(v, g, row));
      SlopeTiles.Receiver receiver = (b, v, g, row) -> searches[b].receive(v, g, row);
      Steps steps = new Steps(results, start);
      for (int iteration = 0; results.anyActive(); iteration++) {
        steps.iteration = iteration;
        workers.run(shares(), steps.judge);
        if (iteration == config.maxIterations()) {
          results.finishRest(Status.ITERATION_LIMIT, iteration);
        } else if (deadline.isPast()) {
          results.finishRest(Status.DEADLINE, iteration);
        }
        workers.run(shares(), steps.propose);
        if (results.anyActive()) {
          slopes.evaluate(start, results, receiver);
        }
      }
      return solution(results, n);
    }

    private int shares() {
      return (batch + SHARE - 1) / SHARE;
    }

    /** What is done with samples one by one; an object, so that iterations allocate nothing. */
    private final class Steps {
      private final SampleResults results;
      private final double[] candidates;
      private final IntConsumer judge = share(this::judge);
      private final IntConsumer propose = share(this::propose);
      private int iteration;

      /** The candidates take the place of the start. */
      Steps(SampleResults results, double[] start) {
        this.results = results;
        this.candidates = start;
      }

      private IntConsumer share(IntConsumer what) {
        return share -> {
          for (int b = share * SHARE; b < Math.min(batch, (share + 1) * SHARE); b++) {
            what.accept(b);
          }
        };
      }

      private void judge(int b) {
        Status ended = results.isActive(b) ? searches[b].judge() : null;
        if (ended != null) {
          results.finish(b, ended, iteration);
        }
      }

      private void propose(int b) {
        int n = candidates.length / batch;
        searches[b].propose(results.isActive(b), candidates, b * n);
      }
    }

    private Solution solution(SampleResults results, int n) {
      double[] actions = new double[batch * n];
      double[] stationarity = new double[batch];
      for (int b = 0; b < batch; b++) {
        searches[b].best(actions, b * n);
        stationarity[b] = searches[b].stationarity();
      }
      rollout.set(Objective.ACTIONS, actions);
      rollout.run();
      return Solution.of(batch, spec.horizon(), spec.stateSize(), spec.actionSize())
          .actions(actions)
          .states(rollout.get("states"))
          .cost(rollout.get("cost"))
          .status(results.status())
          .iterations(results.iterations())
          .stationarity(stationarity)
          .build();
    }

    @Override
    public void close() {
      slopes.close();
      rollout.close();
    }
  }
}
