package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.Point;
import dev.difftop.api.ResidualCost;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every cost promises. {@link #shapes} says for which sizes of state and action.
 *
 * @param <C> configuration record
 */
public abstract class CostContract<C extends Record> extends ModelContract<C, Cost> {
  @Override
  protected abstract CostProvider<C> provider();

  /** Knot points t are drawn from 0 to this. */
  protected int horizon() {
    return 3;
  }

  private Stage stage(TracedModel model, Cost cost, Tensor time) {
    Tensor x = model.input("x", Shape.batched(shapes().stateSize()), this::state);
    Tensor u = model.input("u", Shape.batched(shapes().actionSize()), this::action);
    model.declare(cost::declare, this::context);
    return new Stage(x, u, time, model::context, model::parameter);
  }

  private Stage stage(TracedModel model, Cost cost) {
    Tensor t = model.input("t", Shape.batched(), random -> random.nextInt(horizon() + 1));
    return stage(model, cost, t);
  }

  @Override
  TracedModel trace() {
    Cost cost = make();
    TracedModel model = new TracedModel();
    Stage at = stage(model, cost);
    model.output("stage", cost.stage(at).broadcastTo(Shape.batched()));
    Terminal terminal = cost.terminal(at);
    for (int i = 0; i < terminal.pieces().size(); i++) {
      model.output("piece " + i, terminal.pieces().get(i).broadcastTo(Shape.batched()));
    }
    for (String head : cost.heads()) {
      model.output("head " + head, cost.head(head, at));
    }
    return model;
  }

  @Override
  Map<String, Shape> expectedShapes() {
    return Map.of("stage", Shape.batched(), "piece 0", Shape.batched());
  }

  @Override
  boolean isTwiceDifferentiable() {
    return make().supportsSecondDerivatives();
  }

  @Test
  void residualsAreThoseOfTheCost() {
    Cost cost = make();
    if (!(cost instanceof ResidualCost residual)) {
      return;
    }
    TracedModel model = new TracedModel();
    Stage at = stage(model, cost);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("stage", cost.stage(at).broadcastTo(Shape.batched()));
    outputs.put("half squares", halfSquares(residual.stageResidual(at)));
    outputs.put("terminal", cost.terminal(at).value().broadcastTo(Shape.batched()));
    outputs.put("terminal half squares", halfSquares(residual.terminalResidual(at)));
    double[][] found =
        Numeric.run(
            new Interpreter(),
            model.program(outputs, List.of()),
            5,
            DType.FLOAT64,
            model.values(5, 2, 1));
    assertClose(found[1], found[0], 1e-12, "stage cost against half the squared residuals");
    assertClose(found[3], found[2], 1e-12, "terminal cost against half the squared residuals");
  }

  private static Tensor halfSquares(Tensor residuals) {
    if (residuals == null) {
      return Tensor.zeros(Shape.batched());
    }
    assertEquals(2, residuals.shape().rank(), "residuals have shape (B, nr)");
    return residuals.square().sum(1).times(0.5).broadcastTo(Shape.batched());
  }

  @Test
  void canBeTracedAtAFixedTime() {
    Cost cost = make();
    TracedModel model = new TracedModel();
    Stage at = stage(model, cost, Tensor.constant(0));
    assertEquals(Shape.scalar(), cost.stage(at).shape().sample());
    Point end = new Point(at.x(), Tensor.constant(2), model::context, model::parameter);
    assertEquals(Shape.scalar(), cost.terminal(end).value().shape().sample());
  }

  @Test
  void aHeadThatIsNotThereIsRefusedByName() {
    Cost cost = make();
    TracedModel model = new TracedModel();
    Stage at = stage(model, cost);
    var e = assertThrows(IllegalArgumentException.class, () -> cost.head("no-such-head", at));
    assertTrue(e.getMessage().contains("no-such-head"), e.getMessage());
  }
}
