package dev.difftop.learning.run;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.optimization.adjoint.BadSamples;
import java.util.Optional;

/** The policy as a trajectory-optimisation problem; a learner reads what it needs of it. */
public record PolicyConfig(
    @Doc("from observations to the state that is planned in") Optional<Chosen<Encoder>> encoder,
    @Doc("how that state moves") Optional<Chosen<Dynamics>> dynamics,
    @Doc("what is minimised") Optional<Chosen<Cost>> cost,
    @Doc("what solves the trajectory problem, in training and acting") @Default("gauss-newton")
        Chosen<Solver> solver,
    @Doc("H, steps that are planned ahead") @Range(min = 1) @Default("5") int horizon,
    @Doc("gamma, weight of a step's cost relative to the one before")
        @Range(min = 0, max = 1)
        @Default("1")
        double discount,
    @Doc("rho, control penalty rho/2 |u|² in every step") @Range(min = 0) @Default("0")
        double controlPenalty,
    @Doc(
            "how solutions are differentiated: exact; smoothed, exact with a barrier for the box;"
                + " gauss-newton, biased; truncated and unroll, back through the solver's steps;"
                + " dlm, by perturbed solutions")
        @Default("exact")
        AdjointMode adjoint,
    @Doc("settings of how solutions are differentiated") @Default("{}")
        AdjointOptions adjointOptions,
    @Doc(
            "what happens to samples whose solution is no regular minimum: keep their gradient;"
                + " mask them; truncated, back through one damped step; fail")
        @Default("mask")
        BadSamples badSamples,
    @Doc("where solves start while acting, and how long they may take") @Default("{}")
        ActingSettings acting) {}
