package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Dynamics;
import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Stage;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every dynamics promises. {@link #shapes} says which sizes it is made for.
 *
 * @param <C> configuration record
 */
public abstract class DynamicsContract<C extends Record> extends ModelContract<C, Dynamics> {
  @Override
  protected abstract DynamicsProvider<C> provider();

  /** Knot points t are drawn from 0 to this. */
  protected int horizon() {
    return 3;
  }

  @Override
  TracedModel trace() {
    Dynamics dynamics = make();
    TracedModel model = new TracedModel();
    Tensor x = model.input("x", Shape.batched(dynamics.stateSize()), this::state);
    Tensor u = model.input("u", Shape.batched(dynamics.actionSize()), this::action);
    Tensor t = model.input("t", Shape.batched(), random -> random.nextInt(horizon() + 1));
    model.declare(dynamics::declare, this::context);
    Stage at = new Stage(x, u, t, model::context, model::parameter);
    model.output("next state", dynamics.next(at));
    for (String head : dynamics.heads()) {
      model.output("head " + head, dynamics.head(head, at));
    }
    return model;
  }

  @Override
  Map<String, Shape> expectedShapes() {
    Map<String, Shape> out = new LinkedHashMap<>();
    out.put("next state", Shape.batched(make().stateSize()));
    return out;
  }

  @Override
  boolean isTwiceDifferentiable() {
    return make().supportsSecondDerivatives();
  }

  @Test
  void takesTheSizesItIsMadeFor() {
    assertEquals(shapes().stateSize(), make().stateSize(), "state size");
    assertEquals(shapes().actionSize(), make().actionSize(), "action size");
  }

  @Test
  void canBeTracedAtAFixedTime() {
    Dynamics dynamics = make();
    TracedModel model = new TracedModel();
    Tensor x = model.input("x", Shape.batched(dynamics.stateSize()), this::state);
    Tensor u = model.input("u", Shape.batched(dynamics.actionSize()), this::action);
    model.declare(dynamics::declare, this::context);
    Stage at = new Stage(x, u, Tensor.constant(1), model::context, model::parameter);
    assertEquals(Shape.batched(dynamics.stateSize()), dynamics.next(at).shape());
  }
}
