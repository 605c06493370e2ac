package dev.difftop.solver.gaussnewton;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.Adjoint;
import dev.difftop.optimization.adjoint.BadSamples;
import dev.difftop.optimization.adjoint.Cotangents;
import dev.difftop.optimization.adjoint.Gradients;
import dev.difftop.optimization.adjoint.ImplicitAdjoint;
import dev.difftop.optimization.adjoint.LinearSolve;
import dev.difftop.testkit.AdjointContract;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The solvers of this module with the exact adjoint, by every way to solve its linear systems. */
class GaussNewtonAdjointTest {
  private abstract static class Pair extends AdjointContract {
    private final Solver solver;
    private final Adjoint adjoint;

    Pair(Solver solver, LinearSolve linearSolve) {
      this.solver = solver;
      this.adjoint =
          new ImplicitAdjoint(new Interpreter(), Curvature.EXACT, BadSamples.FAIL, 0, linearSolve);
    }

    /** Limits take the same way whatever the settings: two pairs are enough. */
    @Override
    protected boolean keepsLimits() {
      return this instanceof Dense || this instanceof QuasiNewton;
    }

    @AfterEach
    void close() {
      solver.close();
      adjoint.close();
    }

    @Override
    protected Solved solve(Problem problem, Array guess) {
      Solution solution = solver.solve(problem, guess);
      return new Solved() {
        @Override
        public double[] actions() {
          return solution.actions().toDoubles();
        }

        @Override
        public Map<String, double[]> pullBack(double[] actionsBar) {
          Gradients g = adjoint.pullBack(problem, solution, Cotangents.ofActions(actionsBar));
          Map<String, double[]> out = new LinkedHashMap<>();
          g.parameters().forEach((name, array) -> out.put(name, array.toDoubles()));
          g.context().forEach((name, array) -> out.put(name, array.toDoubles()));
          out.put("initial state", g.initialState().toDoubles());
          out.put("low", g.low().toDoubles());
          out.put("high", g.high().toDoubles());
          return out;
        }
      };
    }
  }

  private static Solver gaussNewton(Curvature curvature) {
    return new GaussNewtonSolver(
        Settings.of(500, 1e-12, hessian(curvature), 1e-6), new Interpreter(), RandomStream.root(0));
  }

  private static GaussNewtonConfig.Hessian hessian(Curvature curvature) {
    return GaussNewtonConfig.Hessian.valueOf(curvature.name());
  }

  @Nested
  class Dense extends Pair {
    Dense() {
      super(gaussNewton(Curvature.EXACT), LinearSolve.DENSE);
    }
  }

  @Nested
  class ConjugateGradients extends Pair {
    ConjugateGradients() {
      super(gaussNewton(Curvature.EXACT), LinearSolve.CG);
    }
  }

  @Nested
  class Riccati extends Pair {
    Riccati() {
      super(gaussNewton(Curvature.EXACT), LinearSolve.RICCATI);
    }
  }

  private static Solver variant(
      GaussNewtonConfig.Step step, GaussNewtonConfig.Structure structure) {
    Settings settings = new Settings();
    settings.maxIterations = 500;
    settings.tolerance = 1e-12;
    settings.step = step;
    settings.structure = structure;
    return new GaussNewtonSolver(settings.config(), new Interpreter(), RandomStream.root(0));
  }

  @Nested
  class Dogleg extends Pair {
    Dogleg() {
      super(
          variant(GaussNewtonConfig.Step.DOGLEG, GaussNewtonConfig.Structure.AUTO),
          LinearSolve.AUTO);
    }
  }

  @Nested
  class Stages extends Pair {
    Stages() {
      super(
          variant(GaussNewtonConfig.Step.LEVENBERG_MARQUARDT, GaussNewtonConfig.Structure.STAGES),
          LinearSolve.AUTO);
    }
  }

  @Nested
  class QuasiNewton extends Pair {
    QuasiNewton() {
      super(
          new LbfgsSolver(
              new LbfgsConfig(500, 1e-10, 0, 10, 1, 0, 1), new Interpreter(), RandomStream.root(1)),
          LinearSolve.AUTO);
    }

    /** Its solves end further from the optimum than those of a Newton method. */
    @Override
    protected double tolerance() {
      return 2e-5;
    }
  }
}
