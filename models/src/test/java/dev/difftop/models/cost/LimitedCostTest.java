package dev.difftop.models.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.ForwardingCost;
import dev.difftop.api.Parts;
import dev.difftop.api.Point;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Stage;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.models.dynamics.Pendulum;
import dev.difftop.models.dynamics.PendulumConfig;
import dev.difftop.testkit.CostContract;
import dev.difftop.testkit.Numeric;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitedCostTest extends CostContract<LimitedConfig> {
  private static final double FREE = Double.POSITIVE_INFINITY;

  /** A choice that makes itself. */
  private record Ready(String name, Cost cost) implements Chosen<Cost> {}

  private static final class Maker implements Parts {
    @Override
    @SuppressWarnings("unchecked")
    public <T> T make(Chosen<T> choice) {
      return (T) ((Ready) choice).cost();
    }
  }

  private Ready goal() {
    GoalDistanceConfig config = new GoalDistanceConfig(new double[] {1, -2}, 0.01);
    return new Ready("goal-distance", new GoalDistanceCost(config, shapes()));
  }

  private LimitedConfig of(double[] low, double[] high, int[] end, double[] at, boolean learned) {
    return new LimitedConfig(goal(), low, high, end, at, learned, 10);
  }

  @Override
  protected CostProvider<LimitedConfig> provider() {
    return new LimitedProvider();
  }

  @Override
  protected LimitedConfig config() {
    return of(
        new double[] {-FREE, -3}, new double[] {2, 4}, new int[] {1}, new double[] {0.5}, false);
  }

  @Override
  protected Cost make(LimitedConfig config) {
    return new LimitedCost(config, shapes(), new Maker());
  }

  private LimitedCost limited(LimitedConfig config) {
    return new LimitedCost(config, shapes(), new Maker());
  }

  private static double[] run(Tensor x, Tensor u, Tensor value) {
    Program program = Program.of(List.of(x, u), Map.of("value", value));
    return Numeric.run(new Interpreter(), program, 1, DType.FLOAT64, new double[][] {{3, -5}, {0}})[
        0];
  }

  @Test
  void limitsAreThoseOfTheConfigurationAfterTheFirstState() {
    LimitedCost cost = limited(config());
    assertEquals(10, cost.penalty());
    Tensor x = Tensor.input("x", Shape.batched(2));
    Tensor u = Tensor.input("u", Shape.batched(1));
    Stage later = new Stage(x, u, Tensor.constant(1), n -> null, n -> null);
    Stage first = new Stage(x, u, Tensor.constant(0), n -> null, n -> null);
    Point end = new Point(x, Tensor.constant(3), n -> null, n -> null);
    // -3 - (-5); 3 - 2; -5 - 4
    Numeric.assertClose(new double[] {2, 1, -9}, run(x, u, cost.inequalities(later)), 0, "later");
    Numeric.assertClose(new double[] {-1, -1, -1}, run(x, u, cost.inequalities(first)), 0, "first");
    Numeric.assertClose(
        new double[] {2, 1, -9}, run(x, u, cost.terminalInequalities(end)), 0, "end");
    Numeric.assertClose(new double[] {-5.5}, run(x, u, cost.terminalEqualities(end)), 0, "end");
    LimitedCost none = limited(of(new double[0], new double[0], new int[0], new double[0], true));
    assertNull(none.inequalities(later));
    assertNull(none.terminalEqualities(end));
  }

  @Test
  void finiteLimitsThatAreLearnedAreParameters() {
    LimitedConfig config =
        of(new double[] {-FREE, -3}, new double[] {2, 4}, new int[] {1}, new double[] {0}, true);
    Shape one = Shape.of(1);
    ProblemSpec spec =
        new ProblemSpec(new Pendulum(new PendulumConfig(0.05, 10, 1, 1)), limited(config), 2, 1);
    assertEquals(one, spec.parameters().get("cost/state-low").shape());
    assertEquals(Shape.of(2), spec.parameters().get("cost/state-high").shape());
    assertEquals(one, spec.parameters().get("cost/end-values").shape());
  }

  /** Solvers that need second derivatives must be told that there are none. */
  @Test
  void aBlackBoxWithLimitsIsStillOne() {
    Cost blackBox =
        new ForwardingCost(goal().cost()) {
          @Override
          public boolean supportsSecondDerivatives() {
            return false;
          }
        };
    LimitedConfig config =
        new LimitedConfig(
            new Ready("black-box", blackBox),
            new double[0],
            new double[0],
            new int[] {1},
            new double[1],
            false,
            1);
    assertFalse(limited(config).supportsSecondDerivatives());
    assertTrue(limited(config()).supportsSecondDerivatives());
  }

  private void refused(LimitedConfig config, String... named) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> limited(config)).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  @Test
  void limitsThatCannotBeAreRefused() {
    double[] none = new double[0];
    int[] nowhere = new int[0];
    refused(of(new double[3], none, nowhere, none, false), "state-low", "3", "2");
    refused(of(none, new double[1], nowhere, none, false), "state-high", "1", "2");
    refused(of(new double[] {1, 0}, new double[2], nowhere, none, false), "component 0");
    refused(of(none, none, new int[] {2}, new double[1], false), "end-components", "2", "0 to 1");
    refused(of(none, none, new int[] {1}, none, false), "end-values", "0", "1");
    LimitedConfig twice =
        new LimitedConfig(
            new Ready("limited", limited(config())), none, none, nowhere, none, false, 1);
    refused(twice, "limited", "has limits itself");
  }
}
