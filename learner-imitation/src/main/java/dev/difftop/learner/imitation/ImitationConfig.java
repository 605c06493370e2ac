package dev.difftop.learner.imitation;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.optim.OptimizerSettings;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of {@link ImitationLearner}. */
public record ImitationConfig(
    @Doc("windows of demonstrations per gradient step") @Range(min = 1) @Default("128") int batch,
    @Doc("how parameters follow their gradients") @Default("{}") OptimizerSettings optimizer,
    @Doc(
            "weight of a planned action's error relative to that of the action one step before; 0"
                + " imitates the first action of a plan only")
        @Range(min = 0, max = 1)
        @Default("0.5")
        double laterActions,
    @Doc("weight of the consistency loss |f(h(o), a) - h(o')|^2; 0 leaves it out")
        @Range(min = 0)
        @Default("0.5")
        double consistency,
    @Doc("share of the episodes, the last ones, that is held out for the validation loss")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation,
    @Doc(
            "a run whose policy is refined: its action, held over the horizon, is where solves start,"
                + " in training and, with policy.acting.start: base, while acting; it is not changed")
        Optional<Path> base,
    @Doc(
            "environment steps per planned action: one cost scores a chunk of them, and the dynamics"
                + " predict the state after it")
        @Range(min = 1)
        @Default("1")
        int chunk,
    @Doc("environment steps of a plan that are executed before the next plan is made")
        @Range(min = 1)
        @Default("1")
        int execute,
    @Doc(
            "a code that cost or dynamics read (policy.cost.context: [code]): the policy is a"
                + " conditional variational autoencoder whose decoder is the planner")
        Optional<CodeConfig> code) {}
