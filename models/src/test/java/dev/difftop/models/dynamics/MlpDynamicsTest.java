package dev.difftop.models.dynamics;

import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Shape;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.DynamicsContract;
import java.util.List;
import java.util.Map;

class MlpDynamicsTest extends DynamicsContract<MlpDynamicsConfig> {
  @Override
  protected DynamicsProvider<MlpDynamicsConfig> provider() {
    return new MlpDynamicsProvider();
  }

  @Override
  protected MlpDynamicsConfig config() {
    return new MlpDynamicsConfig(
        new int[] {7, 5},
        Activation.ELU,
        false,
        WeightInitializer.ORTHOGONAL,
        List.of("code"),
        false,
        Normalization.NONE,
        false);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 4).withContext(Map.of("code", Shape.of(2)));
  }
}
