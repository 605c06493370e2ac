package dev.difftop.learner.imitation.diffusion;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.learning.data.NormalizerKind;
import dev.difftop.learning.optim.OptimizerSettings;

/** Settings of {@link DiffusionLearner}. */
public record DiffusionConfig(
    @Doc("windows of demonstrations per gradient step") @Range(min = 1) @Default("128") int batch,
    @Doc("network: mlp, residual blocks; unet, 1-D convolutions along the chunk") @Default("mlp")
        Denoiser denoiser,
    @Doc("mlp: width of its layers") @Range(min = 1) @Default("128") int width,
    @Doc("mlp: residual blocks, of two layers each") @Range(min = 0) @Default("3") int blocks,
    @Doc("unet: channels of each level") @Range(min = 1) @Default("[64, 128]") int[] channels,
    @Doc("unet: taps of its convolutions, odd") @Range(min = 1) @Default("5") int kernel,
    @Doc("length of the embedding of the noise level, even") @Range(min = 4) @Default("32")
        int stepEmbedding,
    @Doc(
            "what the network predicts: epsilon, the noise; sample, the actions; flow, the velocity"
                + " from noise to actions")
        @Default("epsilon")
        Objective objective,
    @Doc("noise levels in training") @Range(min = 1) @Default("100") int steps,
    @Doc("epsilon, sample: how noise is removed: ddpm, with fresh noise; ddim, without")
        @Default("ddim")
        Sampler sampler,
    @Doc("denoising steps of a plan, at most the noise levels") @Range(min = 1) @Default("10")
        int inferenceSteps,
    @Doc(
            "keep predicted actions in [-1, 1] in every denoising step; needs action-normalizer min-max or none")
        @Default("true")
        boolean clip,
    @Doc("observations that a plan depends on, the last ones") @Range(min = 1) @Default("2")
        int history,
    @Doc("actions of a plan; the first belongs to the first of the observations")
        @Range(min = 1)
        @Default("16")
        int predict,
    @Doc("actions that are executed before the next plan") @Range(min = 1) @Default("8")
        int execute,
    @Doc("scaling of observations: gaussian, min-max, none") @Default("min-max")
        NormalizerKind observationNormalizer,
    @Doc("scaling of actions: gaussian, min-max, none") @Default("min-max")
        NormalizerKind actionNormalizer,
    @Doc(
            "p of the averaged copy: gradient step k keeps 1 - (1 + k)^-p of it, at most"
                + " optimizer.averaging; 0 keeps that from the start")
        @Range(min = 0)
        @Default("0.75")
        double averagingPower,
    @Doc("how parameters follow their gradients; averaging makes the copy that acts")
        @Default(
            "{method: adamw, learning-rate: 1e-3, weight-decay: 1e-6, warm-up: 100, averaging:"
                + " 0.999}")
        OptimizerSettings optimizer,
    @Doc("share of the episodes, the last ones, that is held out for validation")
        @Range(min = 0, max = 0.9)
        @Default("0.1")
        double validation) {
  /** The network. */
  public enum Denoiser {
    /** Residual perceptron on chunk, noise level and observations. */
    MLP,
    /** U-Net along the chunk, conditioned on noise level and observations. */
    UNET
  }

  /** What the network predicts. */
  public enum Objective {
    /** The noise. Ho, Jain, Abbeel, "Denoising diffusion probabilistic models", 2020. */
    EPSILON,
    /** The actions without noise. */
    SAMPLE,
    /** Actions minus noise. Lipman et al., "Flow matching for generative modeling", 2023. */
    FLOW
  }

  /** How noise is removed. */
  public enum Sampler {
    /** With fresh noise in every step but the last. */
    DDPM,
    /** Deterministic. Song, Meng, Ermon, "Denoising diffusion implicit models", 2021. */
    DDIM
  }

  /**
   * Checks what ranges cannot say.
   *
   * @throws IllegalArgumentException if actions are clipped that do not lie in [-1, 1], there are
   *     no noise levels, or there are more denoising steps than noise levels
   */
  public DiffusionConfig {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "steps: found %d noise levels, expected at least 1".formatted(steps));
    }
    if (clip && actionNormalizer == NormalizerKind.GAUSSIAN) {
      throw new IllegalArgumentException(
          "clip: found true with action-normalizer gaussian, whose actions exceed 1; take min-max, or clip false");
    }
    if (objective != Objective.FLOW && inferenceSteps > steps) {
      throw new IllegalArgumentException(
          "inference-steps: found %d, expected at most the %d noise levels of steps"
              .formatted(inferenceSteps, steps));
    }
  }
}
