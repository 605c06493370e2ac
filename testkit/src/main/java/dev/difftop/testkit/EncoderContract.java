package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every encoder promises. {@link #shapes} says which observations there are.
 *
 * @param <C> configuration record
 */
public abstract class EncoderContract<C extends Record> extends ModelContract<C, Encoder> {
  @Override
  protected abstract EncoderProvider<C> provider();

  /** Two observations, {@code position} (3) and {@code velocity} (2), unless overridden. */
  @Override
  protected Shapes shapes() {
    Map<String, Shape> observations = new LinkedHashMap<>();
    observations.put("position", Shape.of(3));
    observations.put("velocity", Shape.of(2));
    return new Shapes(observations, 1, 0);
  }

  @Override
  TracedModel trace() {
    Encoder encoder = make();
    TracedModel model = new TracedModel();
    Map<String, Tensor> observations = new LinkedHashMap<>();
    shapes()
        .observations()
        .forEach(
            (name, shape) ->
                observations.put(
                    name, model.input("obs " + name, Shape.batched(shape.dims()), this::state)));
    model.declare(encoder::declare, this::context);
    Encoder.Reading at = new Encoder.Reading(observations, model::parameter);
    model.output("state", encoder.encode(at));
    encoder.context(at).forEach((name, leaf) -> model.output("context " + name, leaf));
    return model;
  }

  @Override
  Map<String, Shape> expectedShapes() {
    return Map.of("state", Shape.batched(make().stateSize()));
  }

  @Test
  void makesAStateOfSomeSize() {
    assertTrue(make().stateSize() > 0, "state size " + make().stateSize());
  }

  @Test
  void contextLeavesItMakesAreBatched() {
    trace()
        .outputs()
        .forEach((name, leaf) -> assertTrue(leaf.shape().isBatched(), name + " " + leaf.shape()));
  }
}
