package dev.difftop.models.encoder;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * From what is seen to a latent state. Every observation is read by its shape:
 *
 * <ul>
 *   <li>a picture (height, width, channels), or distances (height, width), by convolutions;
 *   <li>a cloud of points (count, 3) by a network that is the same for each point and the largest
 *       of what it says, so that their order does not matter (Qi et al., "PointNet", 2017);
 *   <li>anything else as it is.
 * </ul>
 *
 * All of it joined goes through a multilayer perceptron. Parameters of an observation begin with
 * its name.
 */
final class VisionEncoder implements Encoder {
  private static final int COORDINATES = 3;

  private final VisionEncoderConfig config;
  private final Map<String, Sight> sights = new LinkedHashMap<>();
  private final Mlp network;

  /** How one observation becomes numbers. */
  interface Sight {
    /** Declares its parameters. */
    void declare(Declarations declare);

    /** How many numbers. */
    int size();

    /** The numbers (B, size) of an observation (B, ...). */
    Tensor of(Tensor observation, Reading at);
  }

  @Inject
  VisionEncoder(VisionEncoderConfig config, Shapes shapes) {
    config.normalization().check(config.latent());
    Observations.size(shapes);
    if (config.kernels().length != config.channels().length) {
      throw new IllegalArgumentException(
          "kernels: found %d, expected as many as channels, %d"
              .formatted(config.kernels().length, config.channels().length));
    }
    this.config = config;
    shapes.observations().forEach((name, shape) -> sights.put(name, sight(name, shape)));
    this.network =
        new Mlp(
            "",
            sights.values().stream().mapToInt(Sight::size).sum(),
            config.hidden(),
            config.latent(),
            config.activation(),
            config.weights().initializer(1),
            config.weights().initializer(1));
  }

  private Sight sight(String name, Shape shape) {
    boolean cloud = shape.rank() == 2 && shape.dim(1) == COORDINATES;
    if (cloud) {
      return new PointSight(name, config);
    }
    return shape.rank() == 2 || shape.rank() == 3
        ? new PictureSight(name, shape, config)
        : new PlainSight(shape.size());
  }

  @Override
  public void declare(Declarations declare) {
    sights.values().forEach(sight -> sight.declare(declare));
    network.declare(declare);
    config.normalization().declare(config.latent(), declare);
  }

  @Override
  public int stateSize() {
    return config.latent();
  }

  @Override
  public Tensor encode(Reading at) {
    Tensor[] seen =
        sights.entrySet().stream()
            .map(sight -> sight.getValue().of(at.observation(sight.getKey()), at))
            .toArray(Tensor[]::new);
    Tensor z = network.apply(Tensor.concat(1, seen), at.parameters());
    return config.normalization().apply(z, config.latent(), at.parameters());
  }

  /** Numbers as they are. */
  private record PlainSight(int size) implements Sight {
    @Override
    public void declare(Declarations declare) {
      // It learns nothing.
    }

    @Override
    public Tensor of(Tensor observation, Reading at) {
      return observation.reshape(Shape.BATCH, size);
    }
  }
}
