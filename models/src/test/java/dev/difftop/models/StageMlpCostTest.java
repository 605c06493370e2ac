package dev.difftop.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.CostProvider;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.models.cost.MlpCost;
import dev.difftop.models.cost.MlpCostConfig;
import dev.difftop.models.cost.MlpCostProvider;
import dev.difftop.networks.Activation;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.CostContract;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StageMlpCostTest extends CostContract<MlpCostConfig> {
  @Override
  protected CostProvider<MlpCostConfig> provider() {
    return new MlpCostProvider();
  }

  @Override
  protected MlpCostConfig config() {
    return new MlpCostConfig(new int[] {6}, Activation.TANH, false, WeightInitializer.ORTHOGONAL);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 3);
  }

  @Test
  void hasNoNetworkForTheEnd() {
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    new MlpCost(config(), shapes())
        .declare(ProblemSpec.collect("cost", declared, new LinkedHashMap<>()));
    assertEquals(4, declared.size());
    assertTrue(declared.keySet().stream().allMatch(name -> name.startsWith("cost/stage/")));
  }
}
