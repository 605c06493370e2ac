package dev.difftop.learning;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** How a planning policy learns from demonstrations. */
public record ImitationSettings(
    @Doc("gradient steps") @Range(min = 1) @Default("3000") int steps,
    @Doc("windows of demonstrations per gradient step") @Range(min = 1) @Default("128") int batch,
    @Doc("first learning rate of Adam") @Range(min = 0, open = true) @Default("1e-3")
        double learningRate,
    @Doc("learning rate at the last step, reached along a cosine") @Range(min = 0) @Default("1e-5")
        double finalLearningRate,
    @Doc("gradient steps over which the learning rate rises from 0") @Range(min = 0) @Default("50")
        int warmUp,
    @Doc("decoupled weight decay (AdamW)") @Range(min = 0) @Default("0") double weightDecay,
    @Doc("largest Euclidean norm of the gradient; a longer one is scaled down")
        @Range(min = 0, open = true)
        @Default("10")
        double gradientClip,
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
    @Doc("gradient steps between two rows of metrics") @Range(min = 1) @Default("25")
        int logEvery) {}
