package dev.difftop.optimization.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Curvature;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cost whose weights are all zero, as those of networks before their first update. */
class FlatObjectiveTest {
  private static final int HORIZON = 3;

  private static Problem problem(double weight) {
    ProblemSpec spec = new ProblemSpec(new Sum(), new Weighted(), HORIZON, 1);
    Array low = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, 1));
    low.fill(-1);
    high.fill(1);
    return new Problem(
        spec,
        DType.FLOAT64,
        Array.of(new double[] {0.5, -0.25}, 2, 1),
        low,
        high,
        Map.of(),
        Map.of("cost/weight", Array.scalar(weight)));
  }

  private static Solution solution(Problem problem) {
    return Solution.of(problem)
        .actions(new double[2 * HORIZON])
        .states(new double[] {0.5, 0.5, 0.5, 0.5, -0.25, -0.25, -0.25, -0.25})
        .cost(new double[2])
        .status(new Status[] {Status.CONVERGED, Status.CONVERGED})
        .iterations(new int[2])
        .stationarity(new double[2])
        .build();
  }

  private static Gradients pulledBack(
      Problem problem, LinearSolve method, BadSamples policy, double[] actions) {
    try (Adjoint adjoint =
        new ImplicitAdjoint(new Interpreter(), Curvature.EXACT, policy, 0, method)) {
      return adjoint.pullBack(problem, solution(problem), Cotangents.ofActions(actions));
    }
  }

  @ParameterizedTest
  @EnumSource(LinearSolve.class)
  void aLossThatDependsOnNothingHasTheGradientZero(LinearSolve method) {
    Gradients g = pulledBack(problem(0), method, BadSamples.FAIL, new double[2 * HORIZON]);
    assertEquals(0, g.maskedShare());
    assertArrayEquals(new double[2], g.initialState().toDoubles(), 0.0);
    assertEquals(0, g.parameters().get("cost/weight").get(0));
    for (Gradients.Sample sample : g.samples()) {
      assertEquals(Gradients.Outcome.REGULAR, sample.outcome());
    }
  }

  /** Every action is optimal: where the loss asks for one there is no gradient, which is said. */
  @ParameterizedTest
  @EnumSource(LinearSolve.class)
  void aLossThatDependsOnAFlatDirectionIsSingular(LinearSolve method) {
    double[] one = {0, 0, 0, 0, 1, 0};
    Gradients g = pulledBack(problem(0), method, BadSamples.KEEP, one);
    assertEquals(Gradients.Outcome.REGULAR, g.samples()[0].outcome());
    assertEquals(Gradients.Outcome.SINGULAR, g.samples()[1].outcome());
    assertFalse(g.samples()[0].masked());
    assertTrue(g.samples()[1].masked());
    assertEquals(0, g.parameters().get("cost/weight").get(0));
    Gradients regular = pulledBack(problem(1), method, BadSamples.KEEP, one);
    assertNotEquals(0, regular.initialState().get(1));
  }

  private static final class Sum implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x().plus(at.u());
    }
  }

  private static final class Weighted implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("weight", Shape.scalar(), new Initializer.Constant(0));
    }

    @Override
    public Tensor stage(Stage at) {
      return at.x().square().sum(1).plus(at.u().square().sum(1)).times(at.parameter("weight"));
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().square().sum(1).times(at.parameter("weight")));
    }
  }
}
