package dev.difftop.learner.imitation.implicit;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.networks.Activation;

/** Settings of {@link ImplicitCloningLearner}. */
public record ImplicitCloningConfig(
    @Doc("windows of demonstrations per gradient step") @Range(min = 1) @Default("64") int batch,
    @Doc("widths of the hidden layers of the energy, at least one")
        @Range(min = 1)
        @Default("[128, 128]")
        int[] hidden,
    @Doc("nonlinearity between the layers") @Default("relu") Activation activation,
    @Doc("uniform actions that a demonstrated one is contrasted with in training")
        @Range(min = 1)
        @Default("64")
        int negatives,
    @Doc("standard deviation of noise on demonstrated actions in training, normalised")
        @Range(min = 0)
        @Default("1e-4")
        double positiveNoise,
    @Doc(
            "how an action of low energy is found: dfo, by resampling without derivatives;"
                + " langevin, along the energy's gradient with noise")
        @Default("dfo")
        Search search,
    @Doc("actions that the search starts from, uniform in the box") @Range(min = 2) @Default("256")
        int samples,
    @Doc("rounds of resampling, or steps along the gradient") @Range(min = 1) @Default("5")
        int rounds,
    @Doc("dfo: standard deviation of noise after every round but the last, normalised")
        @Range(min = 0)
        @Default("0.03")
        double noise,
    @Doc("langevin: size of the first step; the last is a thousandth")
        @Range(min = 0, open = true)
        @Default("0.1")
        double stepSize,
    @Doc("which of the actions found is taken: drawn, in proportion to exp(-energy); lowest")
        @Default("drawn")
        Choice choice,
    @Doc("observations that an action depends on, the last ones") @Range(min = 1) @Default("2")
        int history,
    @Doc("actions that are found at once") @Range(min = 1) @Default("1") int chunk,
    @Doc("actions of a chunk that are executed before the next one is found")
        @Range(min = 1)
        @Default("1")
        int execute,
    @Doc("scaling of observations: gaussian, min-max, none") @Default("min-max")
        NormalizerKind observationNormalizer,
    @Doc("scaling of actions to the box that is searched: min-max, none") @Default("min-max")
        NormalizerKind actionNormalizer,
    @Doc("how parameters follow their gradients") @Default("{}") OptimizerSettings optimizer,
    @Doc("share of the episodes, the last ones, that is held out for validation")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation) {
  /** How an action of low energy is found. */
  public enum Search {
    /** Derivative-free: samples are drawn again in proportion to exp(-energy), with noise. */
    DFO,
    /** Steps along the gradient of the energy, with noise that fades. */
    LANGEVIN
  }

  /** Which of the actions found is taken. */
  public enum Choice {
    /** One in proportion to exp(-energy). */
    DRAWN,
    /** That of lowest energy. */
    LOWEST
  }

  /**
   * Checks what ranges cannot say.
   *
   * @throws IllegalArgumentException if actions have no box, or there is no hidden layer
   */
  public ImplicitCloningConfig {
    if (actionNormalizer == NormalizerKind.GAUSSIAN) {
      throw new IllegalArgumentException(
          "action-normalizer: found gaussian, expected min-max or none: the search needs a box");
    }
    if (hidden.length == 0) {
      throw new IllegalArgumentException(
          "hidden: found no layers, expected at least one: a linear energy has no minimum");
    }
  }
}
