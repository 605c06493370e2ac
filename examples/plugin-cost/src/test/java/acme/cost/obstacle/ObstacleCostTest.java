package acme.cost.obstacle;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.CostProvider;
import dev.difftop.testkit.CostContract;
import org.junit.jupiter.api.Test;

/** What every cost promises, and what this one adds. */
class ObstacleCostTest extends CostContract<ObstacleConfig> {
  @Override
  protected CostProvider<ObstacleConfig> provider() {
    return new ObstacleProvider();
  }

  @Override
  protected ObstacleConfig config() {
    return new ObstacleConfig(new double[] {1, 0}, new double[] {0.3, -0.2}, 0.7, 2, 0.1);
  }

  @Test
  void refusesAGoalOfAnotherSize() {
    ObstacleConfig short1 = new ObstacleConfig(new double[] {1}, new double[] {0, 0}, 1, 5, 0.1);
    var refused = assertThrows(IllegalArgumentException.class, () -> make(short1));
    assertTrue(refused.getMessage().contains("goal: found 1 numbers, expected 2"));
  }
}
