package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.DefaultSettings;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

/** A tolerance on the scale of the cost ends a solve earlier. */
class RelativeToleranceTest {
  private static final Problem SWING = Problems.pendulum(12, 3, 1.5);

  private static void check(DoubleFunction<Solver> solver) {
    try (Solver strict = solver.apply(0);
        Solver loose = solver.apply(0.05)) {
      Solution far = strict.solve(SWING);
      Solution near = loose.solve(SWING);
      assertTrue(
          Arrays.stream(near.iterations()).sum() < Arrays.stream(far.iterations()).sum(),
          Arrays.toString(near.iterations()) + " and " + Arrays.toString(far.iterations()));
      for (int b = 0; b < 3; b++) {
        assertEquals(Status.CONVERGED, near.status(b));
        assertTrue(near.stationarity()[b] <= 0.05 * Math.abs(near.cost(b)), "sample " + b);
      }
    }
  }

  @Test
  void ofQuasiNewtonSteps() {
    check(
        relative ->
            new LbfgsSolver(
                DefaultSettings.of(
                    LbfgsConfig.class, "tolerance", 1e-9, "relativeTolerance", relative),
                new Interpreter(),
                RandomStream.root(0)));
  }

  @Test
  void ofDampedSteps() {
    for (GaussNewtonConfig.Structure structure : GaussNewtonConfig.Structure.values()) {
      check(
          relative -> {
            Settings settings = new Settings();
            settings.relativeTolerance = relative;
            settings.structure = structure;
            return new GaussNewtonSolver(
                settings.config(), new Interpreter(), RandomStream.root(0));
          });
    }
  }
}
