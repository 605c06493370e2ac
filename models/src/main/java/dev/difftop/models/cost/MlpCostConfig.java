package dev.difftop.models.cost;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import java.util.List;

/** Settings of {@link MlpCost}. */
public record MlpCostConfig(
    @Doc("widths of the hidden layers of the networks") @Range(min = 1) @Default("[512, 512]")
        int[] hidden,
    @Doc("nonlinearity between the layers; a smooth one gives exact Hessians everywhere")
        @Default("elu")
        Activation activation,
    @Doc("whether the last state has a cost of its own, from a second network") @Default("true")
        boolean terminal,
    @Doc(
            "how weights start: orthogonal; kaiming, for relu and its kin; xavier, for tanh;"
                + " uniform; zero")
        @Default("orthogonal")
        WeightInitializer weights,
    @Doc(
            "context leaves that the networks read beside state and action, such as [code] of learner"
                + " imitation")
        @Default("[]")
        List<String> context) {
  /** Without context leaves. */
  public MlpCostConfig(
      int[] hidden, Activation activation, boolean terminal, WeightInitializer weights) {
    this(hidden, activation, terminal, weights, List.of());
  }

  /** Copies the names. */
  public MlpCostConfig {
    context = List.copyOf(context);
  }
}
