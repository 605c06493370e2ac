package dev.difftop.models.encoder;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;

/** Settings of {@link MlpEncoder}. */
public record MlpEncoderConfig(
    @Doc("nz, length of the latent state") @Range(min = 1) @Default("50") int latent,
    @Doc("widths of the hidden layers") @Range(min = 1) @Default("[256]") int[] hidden,
    @Doc("nonlinearity between the layers") @Default("elu") Activation activation,
    @Doc(
            "what is done to the latent state: none; layer-norm; sim-norm, a softmax over every 8"
                + " components")
        @Default("none")
        Normalization normalization,
    @Doc(
            "how weights start: orthogonal; kaiming, for relu and its kin; xavier, for tanh;"
                + " uniform; zero")
        @Default("orthogonal")
        WeightInitializer weights,
    @Doc("whether hidden layers are normalised before their activation (layer norm)")
        @Default("false")
        boolean layerNorm) {
  /** Without layer norm. */
  public MlpEncoderConfig(
      int latent,
      int[] hidden,
      Activation activation,
      Normalization normalization,
      WeightInitializer weights) {
    this(latent, hidden, activation, normalization, weights, false);
  }
}
