package dev.difftop.learner.imitation.implicit;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Mlp;
import java.util.Arrays;
import java.util.function.Function;

/**
 * The energy of actions, given observed features: a multilayer perceptron on both. Its first layer
 * is a sum of one of the features and one of the actions, so that the features are multiplied once
 * for all actions.
 */
final class EnergyNetwork {
  private final Mlp ofFeatures;
  private final Mlp ofActions;
  private final Mlp rest;
  private final Activation activation;

  EnergyNetwork(int features, int actions, int[] hidden, Activation activation) {
    Initializer weights = new Initializer.Kaiming(Math.sqrt(2));
    int[] none = {};
    this.activation = activation;
    this.ofFeatures = new Mlp("observed/", features, none, hidden[0], activation, weights, weights);
    this.ofActions = new Mlp("action/", actions, none, hidden[0], activation, weights, weights);
    this.rest =
        new Mlp(
            "energy/",
            hidden[0],
            Arrays.copyOfRange(hidden, 1, hidden.length),
            1,
            activation,
            weights,
            new Initializer.Kaiming(1));
  }

  void declare(Declarations declare) {
    ofFeatures.declare(declare);
    ofActions.declare(declare);
    rest.declare(declare);
  }

  /**
   * Energies, (B, N).
   *
   * @param features shape (B, features)
   * @param actions shape (B, N, actions)
   */
  Tensor apply(Tensor features, Tensor actions, Function<String, Tensor> theta) {
    Tensor seen = ofFeatures.apply(features, theta).expandDims(1);
    Tensor first = activation.apply(ofActions.apply(actions, theta).plus(seen));
    return rest.apply(first, theta).reshape(Shape.BATCH, actions.shape().dim(1));
  }
}
