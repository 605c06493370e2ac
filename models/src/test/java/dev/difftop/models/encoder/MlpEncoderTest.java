package dev.difftop.models.encoder;

import dev.difftop.api.EncoderProvider;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.EncoderContract;

class MlpEncoderTest extends EncoderContract<MlpEncoderConfig> {
  @Override
  protected EncoderProvider<MlpEncoderConfig> provider() {
    return new MlpEncoderProvider();
  }

  @Override
  protected MlpEncoderConfig config() {
    return new MlpEncoderConfig(
        6, new int[] {7}, Activation.ELU, Normalization.LAYER_NORM, WeightInitializer.ORTHOGONAL);
  }
}
