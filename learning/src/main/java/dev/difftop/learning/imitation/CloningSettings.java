package dev.difftop.learning.imitation;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.optim.OptimizerSettings;

/** The behaviour-cloning policy that a planning policy is compared with. */
public record CloningSettings(
    @Doc("train and evaluate a behaviour-cloning policy on the same data") @Default("true")
        boolean enabled,
    @Doc("widths of the hidden layers, ELU between them") @Range(min = 1) @Default("[128, 128]")
        int[] hidden,
    @Doc("gradient steps") @Range(min = 1) @Default("5000") int steps,
    @Doc("rows of demonstrations per gradient step") @Range(min = 1) @Default("128") int batch,
    @Doc("how parameters follow their gradients") @Default("{}") OptimizerSettings optimizer) {}
