package dev.difftop.models.dynamics;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import java.util.List;

/** Settings of {@link MlpDynamics}. */
public record MlpDynamicsConfig(
    @Doc("widths of the hidden layers") @Range(min = 1) @Default("[512, 512]") int[] hidden,
    @Doc("nonlinearity between the layers; a smooth one gives exact Hessians everywhere")
        @Default("elu")
        Activation activation,
    @Doc("whether the network gives the change of the state rather than the next state")
        @Default("false")
        boolean residual,
    @Doc(
            "how weights start: orthogonal; kaiming, for relu and its kin; xavier, for tanh;"
                + " uniform; zero")
        @Default("orthogonal")
        WeightInitializer weights,
    @Doc(
            "context leaves that the networks read beside state and action, such as [code] of learner"
                + " imitation")
        @Default("[]")
        List<String> context,
    @Doc("whether hidden layers are normalised before their activation (layer norm)")
        @Default("false")
        boolean layerNorm,
    @Doc(
            "what is done to the next state, as to that of the encoder: none; layer-norm; sim-norm,"
                + " a softmax over every 8 components")
        @Default("none")
        Normalization normalization,
    @Doc(
            "whether a network of the same widths predicts terminal states, for environments that"
                + " end episodes early: plans count rewards by the probability to get there")
        @Default("false")
        boolean termination) {
  /** Without context leaves, normalisation and terminal states. */
  public MlpDynamicsConfig(
      int[] hidden, Activation activation, boolean residual, WeightInitializer weights) {
    this(hidden, activation, residual, weights, List.of(), false, Normalization.NONE, false);
  }

  /** Copies the names. */
  public MlpDynamicsConfig {
    context = List.copyOf(context);
  }
}
