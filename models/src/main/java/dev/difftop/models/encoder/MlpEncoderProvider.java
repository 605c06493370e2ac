package dev.difftop.models.encoder;

import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;

/** Offers {@link MlpEncoder} under the name {@code mlp}. */
public final class MlpEncoderProvider implements EncoderProvider<MlpEncoderConfig> {
  @Override
  public String name() {
    return "mlp";
  }

  @Override
  public String summary() {
    return "a multilayer perceptron from all observations to a latent state";
  }

  @Override
  public Class<MlpEncoderConfig> configType() {
    return MlpEncoderConfig.class;
  }

  @Override
  public Class<? extends Encoder> implementation() {
    return MlpEncoder.class;
  }
}
