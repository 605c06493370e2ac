package dev.difftop.learner.modelbased;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** How actions of training differ from the planned ones. */
public record Exploration(
    @Doc(
            "schedule: Gaussian noise whose deviation is the scheduled one; planner: that of the"
                + " Gaussian of a sampling solver, whose smallest deviation is the scheduled one;"
                + " none")
        @Default("schedule")
        Noise noise,
    @Doc("first standard deviation, in halves of a component's box") @Range(min = 0) @Default("0.5")
        double initial,
    @Doc("last standard deviation") @Range(min = 0) @Default("0.05") double last,
    @Doc("agent steps over which it changes linearly") @Range(min = 0) @Default("25000")
        long steps) {
  /** Which noise. */
  public enum Noise {
    /** Gaussian with the scheduled deviation. */
    SCHEDULE,
    /** The planner's own Gaussian. */
    PLANNER,
    /** None. */
    NONE
  }

  /** The deviation at an agent step. */
  public double at(long agentStep) {
    return Linear.between(initial, last, agentStep, steps);
  }
}
