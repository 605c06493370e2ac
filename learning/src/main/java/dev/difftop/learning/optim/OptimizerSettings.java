package dev.difftop.learning.optim;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import java.util.List;

/** How parameters follow their gradients. */
public record OptimizerSettings(
    @Doc("adam; adamw, which decays weights apart from the gradient; sgd") @Default("adam")
        Method method,
    @Doc("first learning rate, after the warm-up") @Range(min = 0, open = true) @Default("1e-3")
        double learningRate,
    @Doc("from the first learning rate to the last: constant, linear or cosine") @Default("cosine")
        Schedule schedule,
    @Doc("learning rate at the last step; a constant schedule never reaches it")
        @Range(min = 0)
        @Default("1e-5")
        double finalLearningRate,
    @Doc("gradient steps over which the learning rate rises from 0") @Range(min = 0) @Default("50")
        int warmUp,
    @Doc("adam, adamw: share of the mean gradient kept in a step")
        @Range(min = 0, max = 0.999999)
        @Default("0.9")
        double beta1,
    @Doc("adam, adamw: share of the mean squared gradient kept in a step")
        @Range(min = 0, max = 0.999999)
        @Default("0.999")
        double beta2,
    @Doc("adam, adamw: added to the root of the mean squared gradient")
        @Range(min = 0, open = true)
        @Default("1e-8")
        double epsilon,
    @Doc("sgd: share of the last step's direction kept") @Range(min = 0, max = 1) @Default("0")
        double momentum,
    @Doc("sgd: look ahead along the momentum (Nesterov); needs momentum above 0") @Default("false")
        boolean nesterov,
    @Doc("weight decay: adam and sgd add it times the parameters to the gradient, adamw does not")
        @Range(min = 0)
        @Default("0")
        double weightDecay,
    @Doc("largest Euclidean norm of the gradient; a longer one is scaled down; 0: any")
        @Range(min = 0)
        @Default("10")
        double gradientClip,
    @Doc("largest size of a component of the gradient, cut before the norm is taken; 0: any")
        @Range(min = 0)
        @Default("0")
        double valueClip,
    @Doc(
            "parameters that stay as they are, by name, * standing for any letters, such as"
                + " [encoder/*]")
        @Default("[]")
        List<String> freeze,
    @Doc(
            "share of an averaged copy of the parameters kept in a step, such as 0.999: the policy"
                + " acts with that copy; 0 makes none")
        @Range(min = 0, max = 0.999999)
        @Default("0")
        double averaging) {
  /** The rule of a step. */
  public enum Method {
    /** Kingma and Ba, "Adam", 2015; weight decay is part of the gradient. */
    ADAM,
    /** Loshchilov and Hutter, "Decoupled weight decay regularization", 2019. */
    ADAMW,
    /** Stochastic gradient descent, with or without momentum. */
    SGD
  }

  /**
   * Checks what ranges cannot say.
   *
   * @throws IllegalArgumentException on Nesterov's look-ahead without momentum
   */
  public OptimizerSettings {
    freeze = List.copyOf(freeze);
    if (nesterov && (method != Method.SGD || momentum == 0)) {
      throw new IllegalArgumentException(
          "nesterov: needs method sgd and momentum above 0; found %s, %s"
              .formatted(method, momentum));
    }
  }

  /** Adam at a constant rate, nothing clipped, frozen or averaged: a start for {@code with...}. */
  public static OptimizerSettings adam(double learningRate) {
    return new OptimizerSettings(
        Method.ADAM,
        learningRate,
        Schedule.CONSTANT,
        0,
        0,
        0.9,
        0.999,
        1e-8,
        0,
        false,
        0,
        0,
        0,
        List.of(),
        0);
  }

  /**
   * The learning rate of a step.
   *
   * @param step counted from 0
   * @param steps of the whole run; beyond them the rate stays
   */
  double learningRate(long step, long steps) {
    if (step < warmUp) {
      return learningRate * (step + 1) / warmUp;
    }
    double progress = (step - warmUp) / (double) Math.max(1, steps - warmUp);
    double share = schedule.share(Math.min(1, progress));
    return finalLearningRate + (learningRate - finalLearningRate) * share;
  }
}
