package dev.difftop.learning.model;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.rollout.RecedingHorizon;

/** How a {@link RecedingHorizon} plans and acts. */
public record PlannerSettings(
    @Doc("steps that are taken of a plan before the next is made") @Range(min = 1) @Default("1")
        int replanEvery,
    @Doc(
            "whether the solver's feedback gains, where it has some, hold the steps after a plan's"
                + " first; without, its actions are taken as they are")
        @Default("true")
        boolean feedback,
    @Doc(
            "milliseconds that a plan may take; 0 for any time. What is found by then is acted on;"
                + " a plan that takes longer all the same is counted as a miss, and the plan before"
                + " continues for a step per further deadline that it takes")
        @Range(min = 0)
        @Default("0")
        double deadlineMs,
    @Doc(
            "amplitude of the first guess, a slow wave, that every episode starts from; from rest"
                + " some problems go nowhere")
        @Range(min = 0, max = 1)
        @Default("0.1")
        double firstGuess,
    @Doc(
            "plans from the first state before the one that is acted on, each from where the last"
                + " one ended: nothing moves yet, so they have any time")
        @Range(min = 0)
        @Default("0")
        int warmUp) {}
