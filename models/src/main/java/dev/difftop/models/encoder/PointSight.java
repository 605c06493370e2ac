package dev.difftop.models.encoder;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder.Reading;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;

/**
 * The largest of what a network says about each point of a cloud (count, 3). Parameters are {@code
 * NAME/point0/weight} (out, in), {@code NAME/point0/bias} (out) and so on.
 */
final class PointSight implements VisionEncoder.Sight {
  private static final int COORDINATES = 3;

  private final String name;
  private final VisionEncoderConfig config;

  PointSight(String name, VisionEncoderConfig config) {
    this.name = name;
    this.config = config;
    if (config.points().length == 0) {
      throw new IllegalArgumentException(
          "points: found no layers, expected at least one for the cloud " + name);
    }
  }

  private String parameter(int layer, String kind) {
    return name + "/point" + layer + "/" + kind;
  }

  @Override
  public void declare(Declarations declare) {
    int in = COORDINATES;
    for (int layer = 0; layer < config.points().length; layer++) {
      int out = config.points()[layer];
      declare.parameter(
          parameter(layer, "weight"), Shape.of(out, in), config.weights().initializer(1));
      declare.parameter(parameter(layer, "bias"), Shape.of(out), new Initializer.Constant(0));
      in = out;
    }
  }

  @Override
  public int size() {
    return config.points()[config.points().length - 1];
  }

  @Override
  public Tensor of(Tensor observation, Reading at) {
    Tensor h = observation;
    for (int layer = 0; layer < config.points().length; layer++) {
      Tensor weight = at.parameter(parameter(layer, "weight"));
      Tensor bias = at.parameter(parameter(layer, "bias"));
      h = config.activation().apply(h.linear(weight, bias));
    }
    return h.maximum(1);
  }
}
