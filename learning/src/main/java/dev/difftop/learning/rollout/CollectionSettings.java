package dev.difftop.learning.rollout;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** How demonstrations are collected. */
public record CollectionSettings(
    @Doc("episodes that are written; at most four times as many are tried")
        @Range(min = 1)
        @Default("60")
        int episodes,
    @Doc(
            "standard deviation of the noise added to the expert's action before it is executed; the"
                + " expert sees where it leads, so the demonstrations show recoveries")
        @Range(min = 0)
        @Default("0")
        double noise,
    @Doc(
            "which action is written: executed, the one with noise; expert, the one without it, as"
                + " a label of the state that the noise has led to (DART, Laskey et al., 2017)")
        @Default("executed")
        Recorded record,
    @Doc("where the task has a goal, which episodes are written: successful ones, or all")
        @Default("successful")
        Keep keep,
    @Doc("where the task has a goal, steps that an episode continues once it is met")
        @Range(min = 0)
        @Default("10")
        int stepsAfterSuccess,
    @Doc(
            "where the task has a goal, which episodes are successful: any-step, those that met it"
                + " at some step; last-step, those at whose end it is met")
        @Default("any-step")
        SuccessRule success) {
  /** Which action is written. */
  public enum Recorded {
    /** The one that was executed. */
    EXECUTED,
    /** The expert's, without noise. */
    EXPERT
  }

  /** Which episodes are written. */
  public enum Keep {
    /** Those that meet the goal. */
    SUCCESSFUL,
    /** All. */
    ALL
  }
}
