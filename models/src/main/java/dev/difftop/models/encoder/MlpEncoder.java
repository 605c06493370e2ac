package dev.difftop.models.encoder;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder;
import dev.difftop.api.Shapes;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Mlp;
import jakarta.inject.Inject;

/** A multilayer perceptron from all observations to a latent state, which may be normalised. */
public final class MlpEncoder implements Encoder {
  private final MlpEncoderConfig config;
  private final Shapes shapes;
  private final Mlp network;

  @Inject
  public MlpEncoder(MlpEncoderConfig config, Shapes shapes) {
    config.normalization().check(config.latent());
    this.config = config;
    this.shapes = shapes;
    this.network =
        new Mlp(
            "",
            Observations.size(shapes),
            config.hidden(),
            config.latent(),
            config.activation(),
            config.weights().initializer(1),
            config.weights().initializer(1),
            config.layerNorm());
  }

  @Override
  public void declare(Declarations declare) {
    network.declare(declare);
    config.normalization().declare(config.latent(), declare);
  }

  @Override
  public int stateSize() {
    return config.latent();
  }

  @Override
  public Tensor encode(Reading at) {
    Tensor z = network.apply(Observations.joined(shapes, at), at.parameters());
    return config.normalization().apply(z, config.latent(), at.parameters());
  }
}
