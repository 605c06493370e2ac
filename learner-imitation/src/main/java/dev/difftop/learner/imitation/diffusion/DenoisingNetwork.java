package dev.difftop.learner.imitation.diffusion;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Activation;
import dev.difftop.networks.ConditionalUnet1d;
import dev.difftop.networks.Mlp;
import dev.difftop.networks.ResidualMlp;
import dev.difftop.networks.StepEmbedding;
import java.util.function.Function;

/** From a noisy chunk, its noise level and observed features to what the objective asks for. */
final class DenoisingNetwork {
  private static final int WIDER = 4;

  private final boolean convolutional;
  private final StepEmbedding embedding;
  private final Mlp step;
  private final ResidualMlp mlp;
  private final ConditionalUnet1d unet;
  private final int predict;
  private final int actionSize;

  /**
   * A network.
   *
   * @param features length of the observed features
   */
  DenoisingNetwork(DiffusionConfig config, int features, int actionSize) {
    this.predict = config.predict();
    this.actionSize = actionSize;
    this.convolutional = config.denoiser() == DiffusionConfig.Denoiser.UNET;
    int size = config.stepEmbedding();
    this.embedding = new StepEmbedding(size);
    Initializer weights = new Initializer.Kaiming(1);
    this.step =
        new Mlp("level/", size, new int[] {WIDER * size}, size, Activation.MISH, weights, weights);
    int chunk = predict * actionSize;
    this.mlp =
        convolutional
            ? null
            : new ResidualMlp(
                "denoiser/",
                chunk + size + features,
                config.width(),
                config.blocks(),
                chunk,
                Activation.MISH,
                new Initializer.Orthogonal(0.1));
    this.unet =
        convolutional
            ? new ConditionalUnet1d(
                "denoiser/",
                predict,
                actionSize,
                size + features,
                config.channels(),
                config.kernel())
            : null;
  }

  void declare(Declarations declare) {
    step.declare(declare);
    if (convolutional) {
      unet.declare(declare);
    } else {
      mlp.declare(declare);
    }
  }

  /**
   * The prediction, (B, predict, nu).
   *
   * @param noisy shape (B, predict, nu)
   * @param level shape (B)
   * @param features shape (B, features)
   */
  Tensor apply(Tensor noisy, Tensor level, Tensor features, Function<String, Tensor> theta) {
    Tensor embedded = step.apply(embedding.apply(level), theta);
    if (convolutional) {
      return unet.apply(noisy, Tensor.concat(1, embedded, features), theta);
    }
    Tensor chunk = noisy.reshape(Shape.BATCH, predict * actionSize);
    return mlp.apply(Tensor.concat(1, chunk, embedded, features), theta)
        .reshape(Shape.BATCH, predict, actionSize);
  }
}
