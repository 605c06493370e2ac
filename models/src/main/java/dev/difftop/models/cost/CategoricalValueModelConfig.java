package dev.difftop.models.cost;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;

/** Settings of {@link CategoricalValueModel}. */
public record CategoricalValueModelConfig(
    @Doc("width of the two hidden layers of every network") @Range(min = 1) @Default("512")
        int width,
    @Doc("number of critics; plans and losses take a random pair of them")
        @Range(min = 2, max = 100)
        @Default("5")
        int critics,
    @Doc("bins of rewards and values") @Range(min = 2, max = 10000) @Default("101") int bins,
    @Doc("symlog of the smallest number that the bins hold") @Default("-10") double low,
    @Doc("symlog of the largest number that the bins hold") @Default("10") double high,
    @Doc("nonlinearity between the layers, after their normalisation") @Default("mish")
        Activation activation,
    @Doc("how weights start, those of the last layers of rewards and critics at zero")
        @Default("orthogonal")
        WeightInitializer weights) {}
