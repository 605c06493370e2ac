package dev.difftop.networks;

import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Derivatives of every network against finite differences in float64. */
final class DerivativesTest {
  private static final Initializer ONE = new Initializer.Orthogonal(1);
  private static final Shape VECTOR = Shape.batched(4);
  private static final Shape SEQUENCE = Shape.batched(4, 4);

  @TestFactory
  Stream<DynamicTest> agreeWithDifferences() {
    Map<String, Traced> all = new LinkedHashMap<>();
    // ReLU's kink and ELU's jump are met with probability zero.
    for (Activation activation : Activation.values()) {
      Mlp mlp = new Mlp("", 4, new int[] {5, 3}, 2, activation, ONE, ONE);
      all.put("mlp " + activation, new Traced(mlp::declare, VECTOR, mlp::apply));
    }
    Mlp normed = new Mlp("", 4, new int[] {5, 3}, 2, Activation.MISH, ONE, ONE, true);
    all.put("normalized mlp", new Traced(normed::declare, VECTOR, normed::apply));
    Critic critic = new Critic("q/", 4, 5, Activation.ELU, ONE);
    all.put("critic", new Traced(critic::declare, VECTOR, critic::apply));
    ResidualMlp residual = new ResidualMlp("", 4, 5, 2, 3, Activation.MISH, ONE);
    all.put("residual mlp", new Traced(residual::declare, VECTOR, residual::apply));
    LayerNorm layerNorm = new LayerNorm("norm/", 4);
    all.put("layer norm", new Traced(layerNorm::declare, SEQUENCE, layerNorm::apply));
    for (Normalization normalization :
        new Normalization[] {Normalization.LAYER_NORM, Normalization.SIM_NORM}) {
      all.put(
          "normalization " + normalization,
          new Traced(
              declare -> normalization.declare(8, declare),
              Shape.batched(8),
              (x, theta) -> normalization.apply(x, 8, theta)));
    }
    GroupNorm groupNorm = new GroupNorm("norm/", 4, 2);
    all.put("group norm", new Traced(groupNorm::declare, SEQUENCE, groupNorm::apply));
    Conv1d convolution = new Conv1d("", 4, 3, 3, ONE);
    all.put("convolution", new Traced(convolution::declare, SEQUENCE, convolution::apply));
    all.put("halved", new Traced(convolution::declare, SEQUENCE, convolution::halved));
    ConditionalUnet1d unet = new ConditionalUnet1d("", 4, 4, 4, new int[] {2, 4}, 3);
    all.put(
        "u-net",
        new Traced(unet::declare, SEQUENCE, (x, theta) -> unet.apply(x, x.get(1, 0), theta)));
    for (RecurrentNetwork.Cell cell : RecurrentNetwork.Cell.values()) {
      RecurrentNetwork recurrent = new RecurrentNetwork("", cell, 4, 3, 2);
      all.put("recurrent " + cell, new Traced(recurrent::declare, SEQUENCE, recurrent::run));
    }
    StepEmbedding embedding = new StepEmbedding(6);
    all.put(
        "step embedding",
        new Traced(declare -> {}, VECTOR, (x, theta) -> embedding.apply(x.sum(1))));
    GaussianHead gaussian = new GaussianHead("", 4, 2, true, 0.01);
    all.put(
        "gaussian head",
        new Traced(
            gaussian::declare,
            SEQUENCE,
            (x, theta) -> gaussian.apply(x, theta).logDensity(x.slice(2, 0, 2))));
    MixtureHead mixture = new MixtureHead("", 4, 2, 3, true, 0.01);
    all.put(
        "mixture head",
        new Traced(
            mixture::declare,
            SEQUENCE,
            (x, theta) -> mixture.apply(x, theta).logDensity(x.slice(2, 0, 2))));
    return all.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> e.getValue().checkDerivatives()));
  }
}
