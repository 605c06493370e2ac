package dev.difftop.assembly;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Solver;
import java.util.Optional;

/**
 * The plugins that make a trajectory problem, and its size.
 *
 * @param encoder how observations become the state; empty where the state is observed itself
 * @param dynamics how the state moves
 * @param cost what is minimised
 * @param solver what solves it
 * @param horizon H, number of actions
 * @param discount γ in (0, 1]
 * @param controlPenalty ρ of ρ/2 |u|² in every stage
 */
public record PlanningChoices(
    Optional<Choice<Encoder>> encoder,
    Choice<Dynamics> dynamics,
    Choice<Cost> cost,
    Choice<Solver> solver,
    int horizon,
    double discount,
    double controlPenalty) {}
