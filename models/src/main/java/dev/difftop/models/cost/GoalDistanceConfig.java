package dev.difftop.models.cost;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link GoalDistanceCost}. */
public record GoalDistanceConfig(
    @Doc("goal state g, shape (nx), in the units of the state") double[] goal,
    @Doc("weight rho of |u|²") @Range(min = 0) @Default("0.01") double actionWeight) {}
