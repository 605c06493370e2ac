package dev.difftop.learner.imitation.cloning;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.networks.RecurrentNetwork;

/** Settings of {@link RecurrentCloningLearner}. */
public record RecurrentCloningConfig(
    @Doc("sequences of demonstrations per gradient step") @Range(min = 1) @Default("64") int batch,
    @Doc("cell of the recurrent layers: lstm, gru") @Default("lstm") RecurrentNetwork.Cell cell,
    @Doc("width of every recurrent layer") @Range(min = 1) @Default("64") int width,
    @Doc("recurrent layers") @Range(min = 1) @Default("2") int layers,
    @Doc("steps of a sequence in training") @Range(min = 1) @Default("10") int sequence,
    @Doc(
            "when the hidden state is reset while acting: every-sequence, after as many steps as a"
                + " sequence has in training; never, within an episode")
        @Default("every-sequence")
        Reset reset,
    @Doc(
            "what the network says about an action: squared, one; gaussian, a normal distribution;"
                + " mixture, several")
        @Default("squared")
        Head head,
    @Doc("mixture: number of normal distributions") @Range(min = 1) @Default("5") int modes,
    @Doc("gaussian, mixture: added to every standard deviation, normalised")
        @Range(min = 0, open = true)
        @Default("1e-4")
        double minDeviation,
    @Doc("gaussian, mixture: act with min-deviation for the standard deviation") @Default("true")
        boolean lowNoise,
    @Doc("scaling of observations: gaussian, min-max, none") @Default("gaussian")
        NormalizerKind observationNormalizer,
    @Doc("scaling of actions: gaussian, min-max, none") @Default("min-max")
        NormalizerKind actionNormalizer,
    @Doc("how parameters follow their gradients") @Default("{}") OptimizerSettings optimizer,
    @Doc("share of the episodes, the last ones, that is held out for validation")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation) {
  /** When the hidden state is reset while acting. */
  public enum Reset {
    /** After as many steps as a sequence has in training. */
    EVERY_SEQUENCE,
    /** Not within an episode. */
    NEVER
  }
}
