package dev.difftop.learning.model;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.optim.OptimizerSettings;

/** How a world model, its critics and its policy learn from sequences of experience. */
public record ModelSettings(
    @Doc("sequences per update") @Range(min = 1) @Default("512") int batch,
    @Doc("weight of the consistency loss: predicted against encoded next states")
        @Range(min = 0)
        @Default("2")
        double consistency,
    @Doc("weight of the reward loss") @Range(min = 0) @Default("0.5") double reward,
    @Doc("weight of the loss of the critics that read latent states")
        @Range(min = 0)
        @Default("0.1")
        double value,
    @Doc("weight of the loss of the critics that read observations; 0 leaves these out")
        @Range(min = 0)
        @Default("0.1")
        double observationValue,
    @Doc(
            "weight of the loss of predicted terminal states, which policy.dynamics.termination"
                + " asks for")
        @Range(min = 0)
        @Default("1")
        double termination,
    @Doc(
            "which encoder makes the states that predictions are compared with: target, the slow"
                + " copy; online, the one that is learned, without a gradient")
        @Default("target")
        Consistency consistencyTarget,
    @Doc("each of these losses of a sequence counts up to this, before its weight")
        @Range(min = 0, open = true)
        @Default("1e4")
        double lossClip,
    @Doc("rho, weight of a step of a sequence relative to the one before")
        @Range(min = 0, max = 1)
        @Default("0.5")
        double decay,
    @Doc("deviation of the noise on the policy's actions in targets and in its loss, cut at 0.3")
        @Range(min = 0)
        @Default("0.05")
        double policyNoise,
    @Doc(
            "share by which the scale of values moves in an update towards the range from their 5th"
                + " to their 95th percentile; the policy's loss is divided by it where it is above"
                + " 1; 0 leaves the loss as it is")
        @Range(min = 0, max = 1)
        @Default("0")
        double valueScale,
    @Doc("weight of the entropy of a Gaussian policy, times the size of an action, in its loss")
        @Range(min = 0)
        @Default("0")
        double entropy,
    @Doc("share of the target copy that a step of it keeps")
        @Range(min = 0, max = 1)
        @Default("0.99")
        double targetKept,
    @Doc("updates between two steps of the target copy") @Range(min = 1) @Default("2")
        int targetEvery,
    @Doc("width of the critics that read observations") @Range(min = 1) @Default("512")
        int criticWidth,
    @Doc("how everything but the policy follows its gradients; averaging must be 0")
        @Default("{schedule: constant, warm-up: 0}")
        OptimizerSettings optimizer,
    @Doc("learning rate of the encoder as a share of that of the rest of the model")
        @Range(min = 0)
        @Default("1")
        double encoderRate,
    @Doc("how the policy follows its gradients; averaging must be 0")
        @Default("{schedule: constant, warm-up: 0}")
        OptimizerSettings policyOptimizer,
    @Doc(
            "pixels by which images are shifted at most, drawn anew for every image of a sequence,"
                + " edges repeated; 0 leaves them as they are; 4 is common for 84 x 84")
        @Range(min = 0)
        @Default("0")
        int randomShift) {
  /** Which encoder consistency is measured against. */
  public enum Consistency {
    /** The slow copy. */
    TARGET,
    /** The one that is learned. */
    ONLINE
  }
}
