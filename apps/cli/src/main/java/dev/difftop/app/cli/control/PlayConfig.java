package dev.difftop.app.cli.control;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.config.Range;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.model.PlannerSettings;

/** What {@code difftop play} reads: an environment, and a planner that acts in it. */
record PlayConfig(
    @Doc("where it acts") Choice<Environment> environment,
    @Doc("the model it plans with; its state is that of the simulator") Choice<Dynamics> dynamics,
    @Doc("what it minimises") Choice<Cost> cost,
    @Doc("what solves its problems") @Default("ilqr") Choice<Solver> solver,
    @Doc("what runs its programs") @Default("nd4j") Choice<Engine> engine,
    @Doc("H, steps that it plans ahead") @Range(min = 1) int horizon,
    @Doc("gamma, weight of a step's cost relative to the one before")
        @Range(min = 0, max = 1)
        @Default("1")
        double discount,
    @Doc("rho, penalty of rho/2 |u|² in every step")
        @Formerly("action-price")
        @Range(min = 0)
        @Default("0")
        double controlPenalty,
    @Doc("how it plans and acts") @Default("{}") PlannerSettings planner,
    @Doc("standard deviation of the normal noise that disturbs actions")
        @Range(min = 0)
        @Default("0")
        double noise,
    @Doc("first state of the simulator; empty for a reset's") @Default("[]") double[] start,
    @Doc("seed of first states and noise") @Default("0") long seed)
    implements PlannedControl {}
