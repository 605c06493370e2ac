package dev.difftop.models;

import dev.difftop.api.EncoderProvider;
import dev.difftop.models.encoder.MlpEncoderConfig;
import dev.difftop.models.encoder.MlpEncoderProvider;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.EncoderContract;

class SimNormEncoderTest extends EncoderContract<MlpEncoderConfig> {
  @Override
  protected EncoderProvider<MlpEncoderConfig> provider() {
    return new MlpEncoderProvider();
  }

  @Override
  protected MlpEncoderConfig config() {
    return new MlpEncoderConfig(
        16, new int[] {}, Activation.TANH, Normalization.SIM_NORM, WeightInitializer.ORTHOGONAL);
  }
}
