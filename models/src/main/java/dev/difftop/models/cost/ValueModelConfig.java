package dev.difftop.models.cost;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;

/** Settings of {@link ValueModel}. */
public record ValueModelConfig(
    @Doc("width of the hidden layers") @Range(min = 1) @Default("512") int width,
    @Doc("nonlinearity of reward and policy, and of the critics' second layer") @Default("elu")
        Activation activation,
    @Doc(
            "how the two critics make one value at the end: min, the smaller; mean; soft-min,"
                + " smooth between them")
        @Default("min")
        Value value,
    @Doc("temperature of soft-min, in units of return") @Range(min = 0, open = true) @Default("0.1")
        double temperature,
    @Doc(
            "how weights start, those of the last layers but the policy's at zero: orthogonal;"
                + " kaiming, for relu and its kin; xavier, for tanh; uniform; zero")
        @Default("orthogonal")
        WeightInitializer weights) {
  /** How the critics are combined. */
  public enum Value {
    /** The smaller one. */
    MIN,
    /** Their mean. */
    MEAN,
    /** A smooth minimum. */
    SOFT_MIN
  }
}
