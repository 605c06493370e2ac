package dev.difftop.data.hdf5.reading;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Fields that are computed from those of the file. */
public record DerivedConfig(
    @Doc(
            "fields goal/NAME for every obs/NAME: none; last, what the episode ends with; future,"
                + " what comes after a step of the same episode that is drawn from this one on")
        @Default("none")
        Goal goal,
    @Doc("seed that steps of future goals are drawn by") @Default("0") long goalSeed,
    @Doc(
            "n of the fields n_step/rewards, n_step/discount and n_step/obs/NAME, for targets over"
                + " n steps; 0 leaves them out")
        @Range(min = 0)
        @Default("0")
        int steps,
    @Doc("gamma of n_step/rewards and n_step/discount") @Range(min = 0, max = 1) @Default("0.99")
        double discount) {
  /** Where goals come from. */
  public enum Goal {
    /** No goals. */
    NONE,
    /** What the episode ends with. */
    LAST,
    /** A later observation of the same episode. */
    FUTURE
  }

  /** Nothing. */
  public static final DerivedConfig NOTHING = new DerivedConfig(Goal.NONE, 0, 0, 0.99);
}
