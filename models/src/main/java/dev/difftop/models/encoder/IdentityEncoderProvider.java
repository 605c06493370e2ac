package dev.difftop.models.encoder;

import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;

/** Offers {@link IdentityEncoder} under the name {@code identity}. */
public final class IdentityEncoderProvider implements EncoderProvider<IdentityEncoderConfig> {
  @Override
  public String name() {
    return "identity";
  }

  @Override
  public String summary() {
    return "the observations themselves, one after the other";
  }

  @Override
  public Class<IdentityEncoderConfig> configType() {
    return IdentityEncoderConfig.class;
  }

  @Override
  public Class<? extends Encoder> implementation() {
    return IdentityEncoder.class;
  }
}
