package dev.difftop.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Declarations;
import dev.difftop.api.DynamicsProvider;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.models.dynamics.MlpDynamics;
import dev.difftop.models.dynamics.MlpDynamicsConfig;
import dev.difftop.models.dynamics.MlpDynamicsProvider;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.DynamicsContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Dynamics with normalised layers and states and a head for terminal states. */
class EndingDynamicsTest extends DynamicsContract<MlpDynamicsConfig> {
  @Override
  protected DynamicsProvider<MlpDynamicsConfig> provider() {
    return new MlpDynamicsProvider();
  }

  @Override
  protected MlpDynamicsConfig config() {
    return new MlpDynamicsConfig(
        new int[] {5},
        Activation.MISH,
        false,
        WeightInitializer.ORTHOGONAL,
        List.of(),
        true,
        Normalization.SIM_NORM,
        true);
  }

  @Override
  protected Shapes shapes() {
    return new Shapes(Map.of(), 2, 8);
  }

  @Test
  void declaresItsHeadAndNorms() {
    MlpDynamics dynamics = new MlpDynamics(config(), shapes());
    assertEquals(Set.of("termination"), dynamics.heads());
    List<String> names = new ArrayList<>();
    dynamics.declare(
        new Declarations() {
          @Override
          public void parameter(String name, Shape shape, Initializer initializer) {
            names.add(name);
          }

          @Override
          public void context(String name, Shape sample) {
            throw new AssertionError(name);
          }
        });
    assertTrue(
        names.containsAll(
            List.of("0/norm/weight", "termination/0/norm/bias", "termination/1/bias")),
        names::toString);
  }

  @Test
  void simplicesMustFillTheState() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new MlpDynamics(config(), new Shapes(Map.of(), 2, 6)));
    assertTrue(e.getMessage().contains("multiple of 8"), e.getMessage());
  }
}
