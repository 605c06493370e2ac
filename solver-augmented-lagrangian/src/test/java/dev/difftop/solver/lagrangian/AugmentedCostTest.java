package dev.difftop.solver.lagrangian;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.ConstrainedCost;
import dev.difftop.api.Cost;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Objective;
import dev.difftop.testkit.Problems;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the limits add to costs of every kind. */
class AugmentedCostTest {
  private static final int H = 3;
  private static final double PENALTY = 4;

  /** A drifting state is kept out of the way, and is to end in 0: two pieces at the end. */
  private record Pieces(Terminal.Combiner combiner) implements ConstrainedCost {
    @Override
    public double penalty() {
      return 1;
    }

    @Override
    public Tensor stage(Stage at) {
      return at.u().square().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      Tensor x = at.x().get(1, 0);
      return new Terminal(combiner, 0.3, List.of(x.square(), x.times(0.5).plus(0.1)));
    }

    @Override
    public Tensor inequalities(Stage at) {
      return at.x().slice(1, 0, 1).minus(0.4);
    }

    @Override
    public Tensor terminalEqualities(Point at) {
      return at.x().slice(1, 1, 1);
    }
  }

  /** Residuals with a limit on the speed. */
  private record Residuals() implements ConstrainedCost, ResidualCost {
    @Override
    public double penalty() {
      return 1;
    }

    @Override
    public Tensor stageResidual(Stage at) {
      return Tensor.concat(1, at.x().slice(1, 0, 1).sin(), at.u().times(0.3));
    }

    @Override
    public Tensor terminalResidual(Point at) {
      return at.x().times(2);
    }

    @Override
    public Tensor stage(Stage at) {
      return ResidualCost.super.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return ResidualCost.super.terminal(at);
    }

    @Override
    public Tensor inequalities(Stage at) {
      Tensor speed = at.x().slice(1, 1, 1);
      return Tensor.concat(1, speed.minus(0.8), speed.negate().minus(0.8));
    }
  }

  private static Problem problem(ConstrainedCost cost, double discount) {
    ProblemSpec swing = Problems.pendulum(H, 2, 2).spec();
    Problem pendulum = Problems.pendulum(H, 2, 2);
    ProblemSpec spec = new ProblemSpec(swing.dynamics(), cost, H, discount);
    return new Problem(
        spec,
        DType.FLOAT64,
        pendulum.initialState(),
        pendulum.low(),
        pendulum.high(),
        Map.of(),
        Map.of("dynamics/gravity", Array.scalar(10)));
  }

  private static double[] cost(ProblemSpec spec, Problem like, Map<String, Array> context) {
    Problem p =
        new Problem(
            spec,
            DType.FLOAT64,
            like.initialState(),
            like.low(),
            like.high(),
            context,
            like.parameters());
    Objective objective = new Objective(spec);
    try (CompiledProblem plan =
        new CompiledProblem(
            new Interpreter(),
            spec,
            objective.program(Map.of("cost", objective.costWithoutPenalty())),
            2,
            DType.FLOAT64)) {
      plan.load(p);
      plan.set(Objective.ACTIONS, new double[] {1, -0.5, 0.3, 0.2, 0.8, -1});
      plan.run();
      return plan.get("cost");
    }
  }

  /** Whatever the pieces are combined by, the sum of half squares is added once. */
  @ParameterizedTest
  @EnumSource(Terminal.Combiner.class)
  void addsHalfTheSquaresOnce(Terminal.Combiner combiner) {
    double discount = 0.9;
    Problem plain = problem(new Pieces(combiner), discount);
    double[][] shifts = {{0.1, 0.2, 0.3}, {0, 0.05, 0}};
    double[] last = {0.3, -0.7};
    Map<String, Array> context =
        Map.of(
            AugmentedTerms.STAGE_SHIFTS,
            Array.of(new double[] {0.1, 0.2, 0.3, 0, 0.05, 0}, 2, H, 1),
            AugmentedTerms.LAST_SHIFTS,
            Array.of(last.clone(), 2, 1),
            AugmentedTerms.PENALTY,
            Array.of(new double[] {PENALTY, 2 * PENALTY}, 2));
    double[] before = cost(plain.spec(), plain, Map.of());
    double[] after = cost(LagrangianBatch.augmented(plain.spec()), plain, context);
    double[][][] states = states(plain);
    for (int b = 0; b < 2; b++) {
      double added = 0;
      for (int t = 0; t < H; t++) {
        double term = Math.max(0, states[b][t][0] - 0.4 + shifts[b][t]);
        added += Math.pow(discount, t) * term * term;
      }
      double end = states[b][H][1] + last[b];
      added += Math.pow(discount, H) * end * end;
      assertEquals(before[b] + 0.5 * (b + 1) * PENALTY * added, after[b], 1e-12);
    }
  }

  private static double[][][] states(Problem p) {
    double[] u = {1, -0.5, 0.3, 0.2, 0.8, -1};
    double[][][] x = new double[2][H + 1][2];
    for (int b = 0; b < 2; b++) {
      x[b][0][0] = p.initialState().get(2 * b);
      x[b][0][1] = p.initialState().get(2 * b + 1);
      for (int t = 0; t < H; t++) {
        double speed = x[b][t][1] + 0.05 * (15 * Math.sin(x[b][t][0]) + 3 * u[b * H + t]);
        x[b][t + 1][0] = x[b][t][0] + 0.05 * speed;
        x[b][t + 1][1] = speed;
      }
    }
    return x;
  }

  /** A black box stays one, so that solvers that need its curvature refuse it. */
  @Test
  void passesOnWhetherThereAreSecondDerivatives() {
    assertTrue(augmented(new Residuals()).supportsSecondDerivatives());
    assertFalse(augmented(new Residuals()).heads().contains("reward"));
    ConstrainedCost blackBox =
        new ConstrainedCost() {
          @Override
          public double penalty() {
            return 1;
          }

          @Override
          public Tensor stage(Stage at) {
            return at.u().sum(1);
          }

          @Override
          public Terminal terminal(Point at) {
            return Terminal.none();
          }

          @Override
          public boolean supportsSecondDerivatives() {
            return false;
          }
        };
    assertFalse(augmented(blackBox).supportsSecondDerivatives());
  }

  private static Cost augmented(ConstrainedCost cost) {
    return LagrangianBatch.augmented(problem(cost, 1).spec()).cost();
  }

  /** A cost that may have limits and has none is solved in one round. */
  @Test
  void thereNeedNotBeALimit() {
    ConstrainedCost none =
        new ConstrainedCost() {
          @Override
          public double penalty() {
            return 1;
          }

          @Override
          public Tensor stage(Stage at) {
            return at.u().minus(0.5).square().sum(1);
          }

          @Override
          public Terminal terminal(Point at) {
            return Terminal.none();
          }
        };
    try (Solver solver = Lagrangian.around(Inner.precise("ilqr"))) {
      Solution solution = solver.solve(problem(none, 1));
      assertEquals(Status.CONVERGED, solution.status(0));
      double[] half = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
      assertArrayEquals(half, solution.actions().toDoubles(), 1e-10);
    }
  }

  /** With residuals a limit is a residual, too, so that Gauss-Newton steps know its curvature. */
  @Test
  void residualsStayResiduals() {
    Problem problem = problem(new Residuals(), 1);
    assertTrue(LagrangianBatch.augmented(problem.spec()).cost() instanceof ResidualCost);
    double[][] found = new double[2][];
    int i = 0;
    for (String inner : new String[] {"gauss-newton", "ilqr"}) {
      try (Solver solver = Lagrangian.around(Inner.precise(inner))) {
        Problem calm = Problems.from(problem, Array.of(new double[] {0.1, 0.5, -0.2, 0.7}, 2, 2));
        Solution solution = solver.solve(calm);
        assertEquals(Status.CONVERGED, solution.status(0), inner);
        assertEquals(Status.CONVERGED, solution.status(1), inner);
        found[i++] = solution.actions().toDoubles();
        assertEquals(Shape.of(2, H, 2), solution.multipliers().orElseThrow().stages().shape());
      }
    }
    assertArrayEquals(found[0], found[1], 1e-8);
  }
}
