package dev.difftop.learning;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** How demonstrations are collected. */
public record CollectionSettings(
    @Doc("episodes") @Range(min = 1) @Default("60") int episodes,
    @Doc(
            "standard deviation of the noise added to the planned action before it is executed and"
                + " stored; the planner sees where it leads, so the demonstrations show recoveries")
        @Range(min = 0)
        @Default("0")
        double noise,
    @Doc("amplitude of the first guess, a slow wave, that every episode starts from")
        @Range(min = 0, max = 1)
        @Default("0.1")
        double firstGuess) {}
