package dev.difftop.learner.imitation;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.optim.OptimizerSettings;
import java.nio.file.Path;

/** Settings of {@link ResidualLearner}. */
public record ResidualConfig(
    @Doc("a run whose policy is corrected; it is not changed") Path base,
    @Doc("samples per gradient step") @Range(min = 1) @Default("128") int batch,
    @Doc("widths of the hidden layers") @Range(min = 1) @Default("[128, 128]") int[] hidden,
    @Doc("how parameters follow their gradients") @Default("{}") OptimizerSettings optimizer,
    @Doc("share of the episodes, the last ones, that is held out for the validation loss")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation) {}
