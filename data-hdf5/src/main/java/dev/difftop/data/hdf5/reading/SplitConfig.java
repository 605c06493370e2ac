package dev.difftop.data.hdf5.reading;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Which of the episodes to read: drawn by a seed, as {@code dataset split} draws them. */
public record SplitConfig(
    @Doc("which episodes: all; train, those for training; valid, those for validation")
        @Default("all")
        Part part,
    @Doc("share of the episodes for validation")
        @Range(min = 0, max = 1, open = true)
        @Default("0.1")
        double validShare,
    @Doc("seed that they are drawn by") @Default("0") long seed) {
  /** Parts of a dataset. */
  public enum Part {
    /** Every episode. */
    ALL,
    /** Those for training. */
    TRAIN,
    /** Those for validation. */
    VALID
  }

  /** Every episode. */
  public static final SplitConfig WHOLE = new SplitConfig(Part.ALL, 0.1, 0);
}
