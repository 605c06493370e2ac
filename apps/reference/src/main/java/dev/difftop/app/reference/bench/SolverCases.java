package dev.difftop.app.reference.bench;

import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Configurations;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code bench solvers} measures: solves, and solves with exact gradients, in float64, to a
 * stationarity of 1e-8. The names are those of the comparison with other programs.
 */
final class SolverCases {
  private static final double SECONDS = 3;

  private final Assembly assembly;
  private final Configurations configurations;

  private SolverCases(Assembly assembly, Configurations configurations) {
    this.assembly = assembly;
    this.configurations = configurations;
  }

  /**
   * All cases in order.
   *
   * @param assembly makes the parts; its engine is the one measured
   */
  static List<BenchCase> of(Assembly assembly, Configurations configurations) {
    return new SolverCases(assembly, configurations).all();
  }

  private List<BenchCase> all() {
    List<BenchCase> cases = new ArrayList<>();
    for (int batch : new int[] {1, 32, 256}) {
      for (boolean gradient : new boolean[] {false, true}) {
        String what = gradient ? " solve+grad" : " solve";
        cases.add(
            new SolverCase(
                "lqr B=" + batch + what, problems -> problems.linearQuadratic(batch), gradient));
      }
    }
    for (int batch : new int[] {1, 32}) {
      cases.add(new SolverCase("pendulum B=" + batch, problems -> problems.pendulum(batch), false));
    }
    for (int batch : new int[] {1, 32}) {
      cases.add(new SolverCase("cartpole B=" + batch, problems -> problems.cartpole(batch), false));
    }
    return cases;
  }

  /** Draws a problem. */
  private interface Draw {
    BenchProblems.Drawn from(BenchProblems problems);
  }

  private final class SolverCase implements BenchCase {
    private final String name;
    private final Draw draw;
    private final boolean gradient;

    SolverCase(String name, Draw draw, boolean gradient) {
      this.name = name;
      this.draw = draw;
      this.gradient = gradient;
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
      BenchProblems.Drawn drawn = draw.from(new BenchProblems(assembly, configurations));
      List<String> settings = List.of("tolerance=1e-8", "threads=" + threads);
      Solver solver =
          assembly.make(
              configurations.choose(Solver.class, "ilqr", settings), RandomStream.root(0));
      Optional<Adjoint> adjoint =
          gradient
              ? Optional.of(
                  new ImplicitAdjoint(
                      assembly.engine(),
                      Curvature.EXACT,
                      BadSamples.KEEP,
                      0,
                      LinearSolve.AUTO,
                      threads))
              : Optional.empty();
      return new SolverWork(drawn, solver, adjoint);
    }
  }

  private static final class SolverWork implements BenchCase.Work {
    private final BenchProblems.Drawn drawn;
    private final Solver solver;
    private final Optional<Adjoint> adjoint;
    private Solution solution;
    private Gradients gradients;

    SolverWork(BenchProblems.Drawn drawn, Solver solver, Optional<Adjoint> adjoint) {
      this.drawn = drawn;
      this.solver = solver;
      this.adjoint = adjoint;
    }

    @Override
    public void run() {
      solution = solver.solve(drawn.problem());
      if (adjoint.isPresent()) {
        double[] bar = drawn.loss().slope(solution.actions().toDoubles());
        gradients = adjoint.get().pullBack(drawn.problem(), solution, Cotangents.ofActions(bar));
      }
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
      Map<String, Object> more = SolveFigures.of(solution);
      more.put("mean_iterations", Arrays.stream(solution.iterations()).average().orElseThrow());
      more.put("cost", Arrays.stream(solution.cost()).average().orElseThrow());
      return more;
    }

    @Override
    public void close() {
      solver.close();
      adjoint.ifPresent(Adjoint::close);
    }
  }
}
