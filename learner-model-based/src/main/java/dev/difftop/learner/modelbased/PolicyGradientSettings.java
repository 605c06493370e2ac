package dev.difftop.learner.modelbased;

import dev.difftop.api.Chosen;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.model.ActingSettings;
import java.util.Optional;

/**
 * The policy gradient through the plan: {@code -min(Q̃1, Q̃2)(s, a*_0(s))} on replayed states, with
 * the critics of observations and the policy frozen. policy.adjoint says how plans are
 * differentiated.
 */
public record PolicyGradientSettings(
    @Doc("weight of this loss; 0 leaves it out") @Range(min = 0) @Default("0") double weight,
    @Doc("states of every batch that are planned from, at most learner.model.batch")
        @Range(min = 1)
        @Default("16")
        int states,
    @Doc("horizon of these plans; 0: that of the plans that are acted on")
        @Range(min = 0)
        @Default("0")
        int horizon,
    @Doc("largest Euclidean norm of this gradient; a longer one is scaled down; 0: any")
        @Range(min = 0)
        @Default("1")
        double gradientClip,
    @Doc("what plans; that of the policy if none is named") Optional<Chosen<Solver>> solver,
    @Doc("where these solves start: policy, zero or random") @Default("policy")
        ActingSettings.Start start) {}
