package dev.difftop.app.reference.bench;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.app.reference.problem.Instance;
import dev.difftop.app.reference.problem.Nested;
import dev.difftop.app.reference.problem.Parts;
import dev.difftop.app.reference.problem.ProblemFile;
import dev.difftop.app.reference.problem.ProblemSettings;
import dev.difftop.app.reference.problem.ProblemSource;
import dev.difftop.app.reference.problem.Start;
import dev.difftop.app.reference.problem.TdmpcInstance;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Planning with networks, as {@code bench solvers} measures it, in float32: from an observation to
 * actions with {@code min(Q1, Q2)} and no control penalty, from there to the exact gradient in all
 * parameters, and a batch of chunks of actions that imitate.
 */
final class PlanningCases {
  private static final double SECONDS = 3;

  /** Largest free |dJ/du| of a plan; its gradients are of size 1. */
  private static final String PLAN_TOLERANCE = "tolerance=1e-3";

  private static final String IMITATION_TOLERANCE = "tolerance=1e-4";

  private final Assembly assembly;
  private final Configurations configurations;

  private PlanningCases(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
  }

  /**
   * All cases in order.
   *
   * @param assembly makes the parts; its engine is the one measured
   */
  static List<BenchCase> of(Assembly assembly, Configurations configurations) {
    PlanningCases cases = new PlanningCases(assembly, configurations);
    return List.of(
        cases
        .new Case("tdmpc-plan B=1 solve", threads -> cases.new PlanWork(false, false, threads)),
        cases.new Case("tdmpc-plan B=1 warm", threads -> cases.new PlanWork(true, false, threads)),
        cases
        .new Case("tdmpc-plan B=1 solve+grad", threads -> cases.new PlanWork(false, true, threads)),
        cases.new Case("imitation B=128 solve+grad", cases.new Imitation()::ready));
  }

  private Solver solver(String tolerance, String iterations, int threads) {
    List<String> settings = List.of(tolerance, iterations, "threads=" + threads);
    return assembly.make(
        configurations.choose(Solver.class, "lbfgs", settings), RandomStream.root(0));
  }

  private Adjoint exact(int threads) {
    return new ImplicitAdjoint(
        assembly.engine(), Curvature.EXACT, BadSamples.KEEP, 0, LinearSolve.AUTO, threads);
  }

  /** Reads a problem that is a resource beside this class. */
  private Instance read(String name, Map<String, String> settings) {
    try (InputStream in = PlanningCases.class.getResourceAsStream(name)) {
      return ProblemFile.read(
              ProblemSource.of(name, in),
              new ProblemSettings(settings),
              new Parts(assembly, configurations),
              DType.FLOAT32)
          .get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes what is measured. */
  private interface Preparation {
    BenchCase.Work ready(int threads);
  }

  private final class Case implements BenchCase {
    private final String name;
    private final Preparation preparation;

    Case(String name, Preparation preparation) {
      this.name = name;
      this.preparation = preparation;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public double seconds() {
      return SECONDS;
    }

    @Override
    public Work prepare(Engine engine, int threads) {
      return preparation.ready(threads);
    }
  }

  /** What the works have in common: a solve, a gradient perhaps, and what is reported of them. */
  private abstract static class SolverWork implements BenchCase.Work {
    private final Solver solver;
    private final Optional<Adjoint> adjoint;
    private Solution solution;
    private Gradients gradients;

    SolverWork(Solver solver, Optional<Adjoint> adjoint) {
      this.solver = solver;
      this.adjoint = adjoint;
    }

    Solution solve(Problem problem, Array guess) {
      solution = solver.solve(problem, guess);
      return solution;
    }

    Optional<Gradients> pullBack(Instance instance, Problem problem) {
      gradients =
          adjoint
              .map(a -> a.pullBack(problem, solution, instance.cotangents(solution)))
              .orElse(null);
      return Optional.ofNullable(gradients);
    }

    Solution solution() {
      return solution;
    }

    @Override
    public double[] result() {
      return gradients == null ? solution.cost() : gradients.initialState().toDoubles();
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.empty();
    }

    @Override
    public Map<String, Object> more() {
      return SolveFigures.of(solution);
    }

    @Override
    public void close() {
      solver.close();
      adjoint.ifPresent(Adjoint::close);
    }
  }

  private final class PlanWork extends SolverWork {
    private final TdmpcInstance instance;
    private final double[] observation;
    private final Optional<Array> previous;

    PlanWork(boolean warm, boolean gradient, int threads) {
      super(
          solver(PLAN_TOLERANCE, "max-iterations=100", threads),
          gradient ? Optional.of(exact(threads)) : Optional.empty());
      this.instance = (TdmpcInstance) read("tdmpc_plan.h5", Map.of("value", "min", "rho", "0"));
      this.observation = instance.observed();
      if (warm) {
        run(instance.from(observation), Optional.empty());
        previous = Optional.of(shifted(solution().actions()));
        for (int i = 0; i < observation.length; i++) {
          observation[i] += 0.01 * Math.sin(i);
        }
      } else {
        previous = Optional.empty();
      }
    }

    /** One step later, the last action twice. */
    private Array shifted(Array actions) {
      Array out = Array.zeros(DType.FLOAT64, actions.shape());
      int nu = actions.shape().dim(2);
      for (int i = 0; i < out.size(); i++) {
        out.set(i, actions.get(Math.min(i + nu, out.size() - nu + i % nu)));
      }
      return out;
    }

    @Override
    public void run() {
      Problem problem = instance.from(observation);
      run(problem, previous);
      pullBack(instance, problem).ifPresent(g -> instance.pullBack(observation, g.initialState()));
    }

    private void run(Problem problem, Optional<Array> guess) {
      solve(problem, guess.orElseGet(() -> instance.policyActions(problem)));
    }

    @Override
    public Map<String, Object> more() {
      Map<String, Object> more = super.more();
      more.put("G", -solution().cost(0));
      int[] dims = solution().actions().shape().dims();
      more.put("actions", Nested.of(solution().actions().toDoubles(), dims[1], dims[2]));
      return more;
    }

    @Override
    public void close() {
      super.close();
      instance.close();
    }
  }

  private final class Imitation {
    BenchCase.Work ready(int threads) {
      Instance instance = read("imitation.h5", Map.of());
      Array guess = instance.guess(Start.BASE);
      return new SolverWork(
          solver(IMITATION_TOLERANCE, "max-iterations=500", threads), Optional.of(exact(threads))) {
        @Override
        public void run() {
          solve(instance.problem(), guess);
          pullBack(instance, instance.problem());
        }
      };
    }
  }
}
