package dev.difftop.models.cost;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link LimitedCost}. */
public record LimitedConfig(
    @Doc("the cost that is minimised within the limits") Chosen<Cost> cost,
    @Doc("smallest value of every component of the state, -.inf for none; empty for no limits")
        @Default("[]")
        double[] stateLow,
    @Doc("largest value of every component of the state, .inf for none; empty for no limits")
        @Default("[]")
        double[] stateHigh,
    @Doc("components of the last state that must end somewhere, counted from 0") @Default("[]")
        int[] endComponents,
    @Doc("where they must end, one value for each") @Default("[]") double[] endValues,
    @Doc(
            "whether the numbers of the limits are parameters, which are learned and have"
                + " gradients: state-low, state-high, end-values; infinite ones are no limits and"
                + " none of them")
        @Default("false")
        boolean learned,
    @Doc(
            "penalty in solvers that see the pieces of the cost (lbfgs, gauss-newton, hybrid): more"
                + " than the multipliers together; augmented-lagrangian needs none")
        @Range(min = 0, open = true)
        @Default("100")
        double penalty) {}
