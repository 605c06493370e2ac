package dev.difftop.learner.imitation.cloning;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.networks.Activation;

/** Settings of {@link BehaviorCloningLearner}. */
public record BehaviorCloningConfig(
    @Doc("windows of demonstrations per gradient step") @Range(min = 1) @Default("128") int batch,
    @Doc("widths of the hidden layers") @Range(min = 1) @Default("[128, 128]") int[] hidden,
    @Doc("nonlinearity between the layers") @Default("elu") Activation activation,
    @Doc(
            "what the network says about actions: squared, one chunk; gaussian, a normal"
                + " distribution; mixture, several")
        @Default("squared")
        Head head,
    @Doc("mixture: number of normal distributions") @Range(min = 1) @Default("5") int modes,
    @Doc("gaussian, mixture: added to every standard deviation, normalised")
        @Range(min = 0, open = true)
        @Default("1e-4")
        double minDeviation,
    @Doc("gaussian, mixture: act with min-deviation for the standard deviation") @Default("true")
        boolean lowNoise,
    @Doc("observations that an action depends on, the last ones") @Range(min = 1) @Default("1")
        int history,
    @Doc("actions that are predicted at once") @Range(min = 1) @Default("1") int chunk,
    @Doc("actions of a chunk that are executed before the next one is predicted")
        @Range(min = 1)
        @Default("1")
        int execute,
    @Doc("scaling of observations: gaussian, min-max, none") @Default("gaussian")
        NormalizerKind observationNormalizer,
    @Doc("scaling of actions: gaussian, min-max, none") @Default("min-max")
        NormalizerKind actionNormalizer,
    @Doc("how parameters follow their gradients") @Default("{}") OptimizerSettings optimizer,
    @Doc("share of the episodes, the last ones, that is held out for validation")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation) {}
