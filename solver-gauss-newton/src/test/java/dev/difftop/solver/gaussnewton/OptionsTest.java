package dev.difftop.solver.gaussnewton;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Hessian;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Step;
import dev.difftop.solver.gaussnewton.GaussNewtonConfig.Structure;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every setting changes something, and what it says. */
class OptionsTest {
  private final Problem swing = Problems.pendulum(12, 4, 1.5);
  private final Problem free = Problems.pendulum(12, 8, Double.POSITIVE_INFINITY);

  private Solution solve(Consumer<Settings> change) {
    return solve(swing, change);
  }

  private static Solution solve(Problem problem, Consumer<Settings> change) {
    Settings settings = new Settings();
    change.accept(settings);
    try (GaussNewtonSolver solver =
        new GaussNewtonSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(problem);
    }
  }

  private static String refusal(Consumer<Settings> change) {
    Settings settings = new Settings();
    change.accept(settings);
    try (GaussNewtonSolver solver =
        new GaussNewtonSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.refusal(Problems.pendulum(3, 1, 1).spec()).orElse("");
    }
  }

  private static int iterations(Solution solution) {
    return Arrays.stream(solution.iterations()).sum();
  }

  private static void assertDifferent(Solution a, Solution b) {
    assertNotEquals(
        Arrays.toString(a.actions().toDoubles()), Arrays.toString(b.actions().toDoubles()));
  }

  @Test
  void aLooserToleranceTakesFewerIterations() {
    assertTrue(iterations(solve(free, s -> s.tolerance = 1e-1)) < iterations(solve(free, s -> {})));
  }

  @Test
  void theHessianDecidesHowManyIterationsItTakes() {
    int exact = iterations(solve(free, s -> {}));
    int linear = iterations(solve(free, s -> s.hessian = Hessian.GENERALIZED_GAUSS_NEWTON));
    assertNotEquals(exact, linear);
  }

  @Test
  void dampingShortensTheFirstStep() {
    Solution free = solve(s -> s.maxIterations = 1);
    Solution damped =
        solve(
            s -> {
              s.maxIterations = 1;
              s.initialDamping = 100;
            });
    assertTrue(length(damped) < length(free), length(damped) + " and " + length(free));
  }

  private static double length(Solution solution) {
    return Arrays.stream(solution.actions().toDoubles()).map(u -> u * u).sum();
  }

  @Test
  void aLimitOfDampingEndsASampleWithItsStatus() {
    for (Structure structure : new Structure[] {Structure.DENSE, Structure.STAGES}) {
      Solution solution =
          solve(
              free,
              s -> {
                s.structure = structure;
                s.maxDamping = 1e-9;
                s.initialDamping = 0;
              });
      assertTrue(Arrays.asList(solution.status()).contains(Status.REGULARIZATION_LIMIT));
    }
  }

  @Test
  void doglegStepsStayWithinTheirRadius() {
    for (double radius : new double[] {0.1, 0.5}) {
      Solution solution =
          solve(
              s -> {
                s.step = Step.DOGLEG;
                s.initialRadius = radius;
                s.maxIterations = 1;
              });
      for (int b = 0; b < 4; b++) {
        double square = 0;
        for (int i = 0; i < 12; i++) {
          square += Math.pow(solution.actions().get(b * 12 + i), 2);
        }
        assertEquals(radius, Math.sqrt(square), 1e-12, "sample " + b);
      }
    }
  }

  @Test
  void stagesGiveGainsAndTheSameSolution() {
    Solution dense = solve(s -> s.structure = Structure.DENSE);
    Solution stages = solve(s -> s.structure = Structure.STAGES);
    assertFalse(dense.gains().isPresent());
    assertTrue(stages.gains().isPresent());
    for (int i = 0; i < dense.actions().size(); i++) {
      assertEquals(dense.actions().get(i), stages.actions().get(i), 1e-6);
    }
  }

  @Test
  void autoTakesStagesForLongHorizons() {
    assertFalse(solve(Problems.pendulum(64, 1, 1.5), s -> {}).gains().isPresent());
    assertTrue(solve(Problems.pendulum(65, 1, 1.5), s -> {}).gains().isPresent());
  }

  /** The same damped step, whether from the whole matrix or by a recursion. */
  @Test
  void theRecursionMakesTheStepOfTheWholeMatrix() {
    Problem lq = LinearQuadratic.random(3, 2, 6, 9, 4).problem();
    Consumer<Settings> one =
        s -> {
          s.maxIterations = 1;
          s.initialDamping = 0;
        };
    Solution dense = solve(lq, one.andThen(s -> s.structure = Structure.DENSE));
    Solution stages = solve(lq, one.andThen(s -> s.structure = Structure.STAGES));
    for (int i = 0; i < dense.actions().size(); i++) {
      assertEquals(dense.actions().get(i), stages.actions().get(i), 1e-10);
    }
  }

  @Test
  void whatNeedsTheWholeMatrixIsRefusedByStages() {
    Consumer<Settings> stages = s -> s.structure = Structure.STAGES;
    assertEquals("", refusal(stages));
    for (Consumer<Settings> change :
        java.util.List.<Consumer<Settings>>of(
            s -> s.step = Step.DOGLEG, s -> s.hessian = Hessian.SCALAR_RESIDUAL)) {
      String reason = refusal(stages.andThen(change));
      assertTrue(reason.contains("structure: stages") && reason.contains("dense"), reason);
      assertEquals("", refusal(change));
    }
  }
}
