package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learning.model.ActingSettings;

/**
 * Another planner that takes over in the course of training; policy.solver, policy.acting.start,
 * learner.executed and learner.exploration.noise count before.
 */
public record PlannerSwitch(
    @Doc("agent steps after which episodes are planned so") @Range(min = 0) long after,
    @Doc("what plans then") Chosen<Solver> solver,
    @Doc("where its solves start: policy, cheaper, shifted, zero or random") @Default("policy")
        ActingSettings.Start start,
    @Doc("deviation of Gaussian noise on what the policy does, where solves start from it")
        @Range(min = 0)
        @Default("0")
        double startNoise,
    @Doc("which planned action is executed then: best or drawn") @Default("best") Executed executed,
    @Doc("noise on executed actions then: none, schedule or planner") @Default("none")
        Noise noise) {}
