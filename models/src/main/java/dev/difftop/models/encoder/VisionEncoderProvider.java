package dev.difftop.models.encoder;

import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;

/** Offers {@link VisionEncoder} under the name {@code vision}. */
public final class VisionEncoderProvider implements EncoderProvider<VisionEncoderConfig> {
  @Override
  public String name() {
    return "vision";
  }

  @Override
  public String summary() {
    return "convolutions for pictures, a network and a maximum for point clouds, numbers as they"
        + " are, to a latent state";
  }

  @Override
  public Class<VisionEncoderConfig> configType() {
    return VisionEncoderConfig.class;
  }

  @Override
  public Class<? extends Encoder> implementation() {
    return VisionEncoder.class;
  }
}
