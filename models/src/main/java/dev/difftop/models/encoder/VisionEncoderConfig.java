package dev.difftop.models.encoder;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;

/** Settings of {@link VisionEncoder}. */
public record VisionEncoderConfig(
    @Doc("nz, length of the latent state") @Range(min = 1) @Default("50") int latent,
    @Doc("channels of the convolutions that pictures go through, one after the other")
        @Range(min = 1)
        @Default("[32, 32, 32, 32]")
        int[] channels,
    @Doc("size of each convolution's kernel in pixels, as many as channels")
        @Range(min = 1)
        @Default("[7, 5, 3, 3]")
        int[] kernels,
    @Doc("pixels that every kernel moves on by") @Range(min = 1) @Default("2") int stride,
    @Doc("widths of the layers that every point of a cloud goes through")
        @Range(min = 1)
        @Default("[64, 128]")
        int[] points,
    @Doc("widths of the hidden layers from all of this to the latent state")
        @Range(min = 1)
        @Default("[256]")
        int[] hidden,
    @Doc("nonlinearity after convolutions and points, and between layers") @Default("relu")
        Activation activation,
    @Doc(
            "what is done to the latent state: none; layer-norm; sim-norm, a softmax over every 8"
                + " components")
        @Default("none")
        Normalization normalization,
    @Doc(
            "how weights start: orthogonal; kaiming, for relu and its kin; xavier, for tanh;"
                + " uniform; zero")
        @Default("orthogonal")
        WeightInitializer weights) {}
