package dev.difftop.solver.lagrangian;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
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

/** Around every gradient solver: gradients under limits are those of problems solved again. */
class AugmentedLagrangianAdjointTest {
  private abstract static class Around extends AdjointContract {
    private final Solver solver;
    private final Adjoint adjoint;

    Around(String inner) {
      this.solver = Lagrangian.around(Inner.precise(inner));
      this.adjoint =
          new ImplicitAdjoint(
              new Interpreter(), Curvature.EXACT, BadSamples.FAIL, 0, LinearSolve.AUTO);
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
          return blocks(adjoint.pullBack(problem, solution, Cotangents.ofActions(actionsBar)));
        }
      };
    }

    private static Map<String, double[]> blocks(Gradients g) {
      Map<String, double[]> out = new LinkedHashMap<>();
      g.parameters().forEach((name, array) -> out.put(name, array.toDoubles()));
      g.context().forEach((name, array) -> out.put(name, array.toDoubles()));
      out.put("initial state", g.initialState().toDoubles());
      out.put("low", g.low().toDoubles());
      out.put("high", g.high().toDoubles());
      return out;
    }
  }

  @Nested
  class Ilqr extends Around {
    Ilqr() {
      super("ilqr");
    }

    /** It sees no pieces. */
    @Override
    protected boolean solvesKinks() {
      return false;
    }
  }

  @Nested
  class GaussNewton extends Around {
    GaussNewton() {
      super("gauss-newton");
    }
  }

  @Nested
  class Lbfgs extends Around {
    Lbfgs() {
      super("lbfgs");
    }

    /** Its solves end further from the optimum than those of a Newton method. */
    @Override
    protected double tolerance() {
      return 2e-5;
    }
  }
}
