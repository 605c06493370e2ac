package dev.difftop.models;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;

/** Settings of {@link MlpResidualCost}. */
public record MlpResidualCostConfig(
    @Doc("widths of the hidden layers of both networks") @Range(min = 1) @Default("[64]")
        int[] hidden,
    @Doc("number of residuals, of a stage and of the end") @Range(min = 1) @Default("16")
        int residuals,
    @Doc("nonlinearity between the layers; a smooth one gives exact Hessians everywhere")
        @Default("tanh")
        Activation activation,
    @Doc(
            "how weights start: orthogonal; kaiming, for relu and its kin; xavier, for tanh;"
                + " uniform; zero")
        @Default("orthogonal")
        WeightInitializer weights) {}
