package dev.difftop.learner.imitation.base;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.api.program.Transforms;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.data.DemonstrationWindows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * From a history of observations to features: through the encoder of the section {@code policy}
 * where it names one, frame by frame; all entries side by side otherwise. Parameters of the encoder
 * lie below {@code encoder/}.
 */
public final class ObservationFeatures {
  private static final String ENCODER = "encoder/";

  private final Map<String, Shape> shapes;
  private final Optional<Encoder> encoder;

  private ObservationFeatures(Map<String, Shape> shapes, Optional<Encoder> encoder) {
    this.shapes = shapes;
    this.encoder = encoder;
  }

  /**
   * Of what a policy observes.
   *
   * @throws IllegalArgumentException if the encoder does not fit, or makes context leaves, which
   *     only planning policies read
   */
  public static ObservationFeatures of(LearnerContext context, PolicySignature signature) {
    return new ObservationFeatures(signature.shapes(), context.newEncoder());
  }

  /** All entries side by side, without an encoder. */
  public static ObservationFeatures plain(Map<String, Shape> shapes) {
    return new ObservationFeatures(shapes, Optional.empty());
  }

  /** Declares the encoder's parameters. */
  public void declare(Declarations declare) {
    encoder.ifPresent(
        e ->
            e.declare(
                new Declarations() {
                  @Override
                  public void parameter(String name, Shape shape, Initializer initializer) {
                    declare.parameter(ENCODER + name, shape, initializer);
                  }

                  @Override
                  public void context(String name, Shape sample) {
                    declare.context(name, sample);
                  }
                }));
  }

  /** Length of the features of one frame. */
  public int size() {
    return encoder
        .map(Encoder::stateSize)
        .orElseGet(() -> shapes.values().stream().mapToInt(Shape::size).sum());
  }

  /** Inputs {@code obs/NAME} (B, frames, ...), by name of the observation. */
  public Map<String, Tensor> inputs(int frames) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            inputs.put(
                name, Tensor.input("obs/" + name, DemonstrationWindows.inputShape(frames, shape))));
    return inputs;
  }

  /** The features of every frame, (B, frames, size), of observations (B, frames, ...). */
  public Tensor sequence(Map<String, Tensor> observed, Function<String, Tensor> parameters) {
    int frames = observed.values().iterator().next().shape().dim(1);
    if (encoder.isEmpty()) {
      Tensor[] parts =
          shapes.entrySet().stream()
              .map(o -> observed.get(o.getKey()).reshape(Shape.BATCH, frames, o.getValue().size()))
              .toArray(Tensor[]::new);
      return Tensor.concat(2, parts);
    }
    Map<String, Tensor> frame = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> frame.put(name, Tensor.input(name, Shape.batched(shape.dims()))));
    Encoder.Reading at = new Encoder.Reading(frame, name -> parameters.apply(ENCODER + name));
    if (!encoder.get().context(at).isEmpty()) {
      throw new IllegalArgumentException(
          "policy.encoder: makes the context leaves %s, which this learner does not read; name an encoder without"
              .formatted(encoder.get().context(at).keySet()));
    }
    List<Tensor> all = new ArrayList<>();
    shapes.keySet().forEach(name -> all.add(observed.get(name)));
    return Transforms.vmap(
            List.of(encoder.get().encode(at)), List.copyOf(frame.values()), all, frames)
        .get(0);
  }

  /** All frames side by side, (B, frames * size). */
  public Tensor joined(Map<String, Tensor> observed, Function<String, Tensor> parameters) {
    Tensor sequence = sequence(observed, parameters);
    return sequence.reshape(Shape.BATCH, sequence.shape().sample().size());
  }
}
