package dev.difftop.models.cost;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import java.util.List;

/** Settings of {@link MlpResidualCost}. */
public record MlpResidualCostConfig(
    @Doc("widths of the hidden layers of both networks") @Range(min = 1) @Default("[64]")
        int[] hidden,
    @Doc("number of residuals, of a stage and of the end") @Range(min = 1) @Default("16")
        int residuals,
    @Doc("nonlinearity between the layers; a smooth one gives exact Hessians everywhere")
        @Default("tanh")
        Activation activation,
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
  public MlpResidualCostConfig(
      int[] hidden, int residuals, Activation activation, WeightInitializer weights) {
    this(hidden, residuals, activation, weights, List.of());
  }

  /** Copies the names. */
  public MlpResidualCostConfig {
    context = List.copyOf(context);
  }
}
