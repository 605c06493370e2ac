package dev.difftop.models.encoder;

import dev.difftop.api.EncoderProvider;
import dev.difftop.testkit.EncoderContract;

class IdentityEncoderTest extends EncoderContract<IdentityEncoderConfig> {
  @Override
  protected EncoderProvider<IdentityEncoderConfig> provider() {
    return new IdentityEncoderProvider();
  }

  @Override
  protected IdentityEncoderConfig config() {
    return new IdentityEncoderConfig();
  }
}
