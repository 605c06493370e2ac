package dev.difftop.models;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link MlpCost}. */
record MlpCostConfig(
    @Doc("widths of the hidden layers of both networks") @Range(min = 1) @Default("[512, 512]")
        int[] hidden,
    @Doc("nonlinearity between the layers; a smooth one gives exact Hessians everywhere")
        @Default("elu")
        Activation activation) {}
