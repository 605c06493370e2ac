package acme.learner.cem;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link CemLearner}. */
public record CemConfig(
    @Doc("policies of a generation, one episode each") @Range(min = 2) @Default("24") int population,
    @Doc("best of them, which the next generation is drawn around") @Range(min = 1) @Default("6")
        int elites,
    @Doc("standard deviation of the weights at the start") @Range(min = 0, open = true) @Default("1")
        double deviation,
    @Doc("added to the standard deviation in every generation, so that it never becomes 0")
        @Range(min = 0)
        @Default("0.02")
        double noise) {
  /** Refuses more elites than policies. */
  public CemConfig {
    if (elites > population) {
      throw new IllegalArgumentException(
          "elites: found %d, expected at most the population of %d".formatted(elites, population));
    }
  }
}
