package dev.difftop.app.cli.train;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.imitation.CloningSettings;
import dev.difftop.learning.imitation.ImitationSettings;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.model.AdjointMode;
import dev.difftop.learning.model.AdjointOptions;
import dev.difftop.learning.rollout.SuccessRule;
import dev.difftop.optimization.adjoint.BadSamples;
import java.util.List;

/** What {@code difftop train} reads: a policy that plans, and the demonstrations it learns from. */
record TrainConfig(
    @Doc("where the policy is evaluated") Choice<Environment> environment,
    @Doc("the demonstrations") Choice<Dataset> dataset,
    @Doc("names of the observations that the policy reads; none means all of the environment")
        @Default("[]")
        List<String> observations,
    @Doc("what runs its programs") @Default("nd4j") Choice<Engine> engine,
    @Doc("how observations become the state it plans in") Choice<Encoder> encoder,
    @Doc("how that state moves") Choice<Dynamics> dynamics,
    @Doc("what it minimises") Choice<Cost> cost,
    @Doc("what solves its problems, in training and acting") @Default("gauss-newton")
        Choice<Solver> solver,
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
    @Doc("H, steps that it plans ahead") @Range(min = 1) int horizon,
    @Doc("gamma, weight of a step's cost relative to the one before")
        @Range(min = 0, max = 1)
        @Default("1")
        double discount,
    @Doc("rho, price of rho/2 |u|² in every step") @Range(min = 0) @Default("0")
        double controlPenalty,
    @Doc("how the policy acts; training starts its solves from zero, without a deadline")
        @Default("{}")
        ActingSettings acting,
    @Doc("seed of every random number of the run") @Default("0") long seed,
    @Doc("how it learns") @Default("{}") ImitationSettings learning,
    @Doc("the policy it is compared with") @Default("{}") CloningSettings baseline,
    @Doc("unseen episodes in which both are measured at the end; 0 leaves it out")
        @Range(min = 0)
        @Default("20")
        int evaluationEpisodes,
    @Doc(
            "where the task has a goal, which of them are successes: any-step, those that met it at"
                + " some step; last-step, those at whose end it is met")
        @Default("any-step")
        SuccessRule success,
    @Doc("gradient steps between two checkpoints") @Range(min = 1) @Default("500")
        int checkpointEvery) {}
