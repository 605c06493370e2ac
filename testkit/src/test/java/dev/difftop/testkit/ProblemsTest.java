package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertClose;
import static dev.difftop.testkit.Numeric.largest;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The judges are judged: Riccati against the derivative of the traced cost, and differences. */
class ProblemsTest {
  @Test
  void theRiccatiOptimumIsStationaryAndHasItsCost() {
    for (LinearQuadratic lq :
        new LinearQuadratic[] {
          LinearQuadratic.doubleIntegrator(15, 3), LinearQuadratic.random(4, 2, 7, 3, 1)
        }) {
      LinearQuadratic.Optimum optimum = lq.optimum();
      Trajectories at = Trajectories.of(lq.problem(), optimum.actions());
      assertClose(optimum.cost(), at.cost(), 1e-12, "cost");
      assertTrue(largest(at.gradient()) < 1e-11, "gradient " + largest(at.gradient()));
    }
  }

  @Test
  void theGradientOfThePendulumAgreesWithDifferences() {
    var problem = Problems.pendulum(8, 2, 1.5);
    double[] u = new double[16];
    java.util.Arrays.setAll(u, i -> Math.sin(i));
    double[] expected =
        Differences.central(
            x -> java.util.Arrays.stream(Trajectories.of(problem, x).cost()).sum(), u);
    assertClose(expected, Trajectories.of(problem, u).gradient(), 1e-8, "gradient");
  }
}
