package dev.difftop.learner.imitation;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import java.util.List;

/**
 * Settings of the code y that makes the policy of {@link ImitationLearner} a conditional
 * variational autoencoder. Kingma and Welling, "Auto-encoding variational Bayes", 2014.
 */
public record CodeConfig(
    @Doc("length of the code y") @Range(min = 1) @Default("8") int size,
    @Doc(
            "weight of the Kullback-Leibler divergence of posterior and prior, in nats per window;"
                + " the reconstruction is a mean square of normalised actions, so that small weights"
                + " are usual")
        @Range(min = 0)
        @Default("1e-3")
        double klWeight,
    @Doc("weight of the squared error of planned actions")
        @Range(min = 0, open = true)
        @Default("1")
        double reconstructionWeight,
    @Doc("gradient steps over which the weight of the divergence rises from 0")
        @Range(min = 0)
        @Default("0")
        int annealing,
    @Doc("nats per entry of the code that cost nothing") @Range(min = 0) @Default("0")
        double freeBits,
    @Doc("widths of the hidden layers of posterior and learned prior")
        @Range(min = 1)
        @Default("[128, 128]")
        int[] hidden,
    @Doc(
            "what the posterior sees: episode, points spread over the whole episode of a window, past"
                + " and future, so that one code describes an episode; window, the points from the"
                + " first of a window on")
        @Default("episode")
        Posterior posterior,
    @Doc(
            "rows of observations and actions that the posterior sees; beyond the end of an episode"
                + " its last row is repeated")
        @Range(min = 1)
        @Default("16")
        int points,
    @Doc(
            "names of the observations that posterior and learned prior see; none means all that"
                + " are vectors")
        @Default("[]")
        List<String> observations,
    @Doc(
            "what codes are drawn from while acting: standard, N(0, I); learned, a mixture of normal"
                + " distributions given the observation (with posterior: episode, the first one of"
                + " the episode)")
        @Default("standard")
        Prior prior,
    @Doc("learned prior: number of normal distributions") @Range(min = 1) @Default("1")
        int components,
    @Doc("when a code is drawn while acting: once an episode, or at every plan (step)")
        @Default("episode")
        Drawn drawn,
    @Doc("codes that are drawn and solved at once; the plan that costs least is executed")
        @Range(min = 1)
        @Default("1")
        int samples) {
  /** What the posterior sees. */
  public enum Posterior {
    /** Rows spread over the whole episode. */
    EPISODE,
    /** Rows from the first of the window on. */
    WINDOW
  }

  /** Distribution of codes while acting. */
  public enum Prior {
    /** N(0, I). */
    STANDARD,
    /** A mixture that is learned. */
    LEARNED
  }

  /** When a code is drawn while acting. */
  public enum Drawn {
    /** At the first plan of an episode. */
    EPISODE,
    /** At every plan. */
    STEP
  }

  /**
   * Checks what ranges cannot say.
   *
   * @throws IllegalArgumentException on settings that contradict each other
   */
  public CodeConfig {
    observations = List.copyOf(observations);
    hidden = hidden.clone();
    if (hidden.length == 0) {
      throw new IllegalArgumentException("hidden: found no layer, expected at least one width");
    }
    if (prior == Prior.STANDARD && components > 1) {
      throw new IllegalArgumentException(
          "components: found %d with prior: standard, expected 1; set prior: learned"
              .formatted(components));
    }
    if (prior == Prior.LEARNED && posterior == Posterior.EPISODE && drawn == Drawn.STEP) {
      throw new IllegalArgumentException(
          "drawn: found step; a learned prior with posterior: episode is given the first"
              + " observation of an episode, so that codes are drawn: episode");
    }
  }
}
