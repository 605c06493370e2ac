package dev.difftop.learning.model;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** How a planning policy acts: where its solves start, and how long they may take. */
public record ActingSettings(
    @Doc(
            "where every solve starts: zero actions; shifted, the last plan one step later (zero at"
                + " the start of an episode); policy, what the cost's head policy does; cheaper,"
                + " the one of policy and shifted that costs less; random, uniform actions; base,"
                + " the action of a base policy, held")
        @Default("zero")
        Start start,
    @Doc("most milliseconds of a solve, whose best iterate is then executed; 0 for no limit")
        @Range(min = 0)
        @Default("0")
        double deadlineMs) {
  /** Where a solve starts. */
  public enum Start {
    /** Zero actions. */
    ZERO,
    /** The last plan, one step later. */
    SHIFTED,
    /** What the cost's head {@code policy} does in the states it leads to. */
    POLICY,
    /** Of the policy's actions and the last plan one step later the ones that cost less. */
    CHEAPER,
    /** Uniform actions in the box. */
    RANDOM,
    /** The action of a base policy, held over the horizon. */
    BASE
  }

  /** Without a deadline. */
  public static ActingSettings from(Start start) {
    return new ActingSettings(start, 0);
  }
}
