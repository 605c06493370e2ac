package dev.difftop.solver.ilqr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CustomFunction;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.stagewise.BackwardPass.DynamicsCurvature;
import dev.difftop.testkit.Problems;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Residuals that nobody can look into have Gauss-Newton curvature all the same. */
class BlackBoxCostTest {
  private static final Problem SWING = Problems.pendulum(15, 4, 1.5);

  /** {@code sin q, cos q - 1, 0.1 v}. */
  private static final class Measured implements CustomFunction {
    @Override
    public String name() {
      return "measured";
    }

    @Override
    public int[] argumentSizes() {
      return new int[] {2};
    }

    @Override
    public int resultSize() {
      return 3;
    }

    @Override
    public void value(int rows, double[][] in, double[] out) {
      for (int r = 0; r < rows; r++) {
        out[3 * r] = Math.sin(in[0][2 * r]);
        out[3 * r + 1] = Math.cos(in[0][2 * r]) - 1;
        out[3 * r + 2] = 0.1 * in[0][2 * r + 1];
      }
    }

    @Override
    public void jacobian(int rows, double[][] in, double[] out) {
      for (int r = 0; r < rows; r++) {
        double q = in[0][2 * r];
        double[] own = {Math.cos(q), 0, -Math.sin(q), 0, 0, 0.1};
        System.arraycopy(own, 0, out, 6 * r, 6);
      }
    }
  }

  private static Tensor seen(Tensor x) {
    Tensor q = x.slice(1, 0, 1);
    return Tensor.concat(1, q.sin(), q.cos().minus(1), x.slice(1, 1, 1).times(0.1));
  }

  private record Upright(boolean hidden) implements ResidualCost {
    private Tensor of(Tensor x) {
      return hidden ? Tensor.custom(new Measured(), x) : seen(x);
    }

    @Override
    public Tensor stageResidual(Stage at) {
      return Tensor.concat(1, of(at.x()), at.u().times(0.3));
    }

    @Override
    public Tensor terminalResidual(Point at) {
      return of(at.x()).times(3);
    }

    @Override
    public boolean supportsSecondDerivatives() {
      return !hidden;
    }
  }

  private static ProblemSpec spec(Cost cost) {
    return new ProblemSpec(SWING.spec().dynamics(), cost, 15, 1);
  }

  private static Solution solve(Cost cost) {
    Settings settings = new Settings();
    settings.curvature = DynamicsCurvature.NEVER;
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(
          new Problem(
              spec(cost),
              DType.FLOAT64,
              SWING.initialState(),
              SWING.low(),
              SWING.high(),
              Map.of(),
              Map.of("dynamics/gravity", Array.scalar(10))));
    }
  }

  @Test
  void areSolvedAsIfTheyWereSeen() {
    Solution seen = solve(new Upright(false));
    Solution hidden = solve(new Upright(true));
    assertEquals(1, seen.convergedShare());
    assertArrayEquals(seen.iterations(), hidden.iterations());
    assertArrayEquals(seen.actions().toDoubles(), hidden.actions().toDoubles(), 1e-9);
    assertArrayEquals(
        seen.gains().orElseThrow().feedback().toDoubles(),
        hidden.gains().orElseThrow().feedback().toDoubles(),
        1e-7);
  }

  /** The same numbers, without saying that they are residuals. */
  private record Opaque(Upright inner) implements Cost {
    @Override
    public Tensor stage(Stage at) {
      return inner.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return inner.terminal(at);
    }

    @Override
    public boolean supportsSecondDerivatives() {
      return false;
    }
  }

  @Test
  void whatNeedsMoreIsRefused() {
    Settings settings = new Settings();
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      assertEquals(Optional.empty(), solver.refusal(spec(new Upright(true))));
      String reason = solver.refusal(spec(new Opaque(new Upright(true)))).orElseThrow();
      assertTrue(reason.contains("second derivatives of the cost or its residuals"), reason);
    }
    settings.curvature = DynamicsCurvature.ALWAYS;
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      String reason = solver.refusal(spec(new Upright(true))).orElseThrow();
      assertTrue(reason.contains("second derivatives of the cost"), reason);
      assertEquals(Optional.empty(), solver.refusal(spec(new Upright(false))));
    }
  }
}
