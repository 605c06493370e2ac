package dev.difftop.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Deadline;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.model.PlannerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecedingHorizonTest {
  private static final int HORIZON = 4;
  private static final double GAIN = 0.001;

  /** Plan n, from 1, acts 0.1 n + 0.01 t and expects the states 0; it takes as long as is told. */
  private static final class Numbered implements Solver {
    private final List<Integer> millis;
    private final boolean gains;
    private final List<double[]> guesses = new ArrayList<>();
    private long nanos;

    Numbered(boolean gains, Integer... millis) {
      this.gains = gains;
      this.millis = List.of(millis);
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      guesses.add(guess.toDoubles());
      int number = guesses.size();
      nanos += 1_000_000L * millis.get(Math.min(number, millis.size()) - 1);
      double[] actions = new double[HORIZON];
      double[] feedback = new double[HORIZON];
      for (int t = 0; t < HORIZON; t++) {
        actions[t] = 0.1 * number + 0.01 * t;
        feedback[t] = GAIN;
      }
      Solution.Builder solution =
          Solution.of(problem)
              .actions(actions)
              .states(new double[HORIZON + 1])
              .cost(new double[1])
              .status(new Status[] {Status.CONVERGED})
              .iterations(new int[] {1})
              .stationarity(new double[1]);
      return (gains ? solution.gains(feedback, new double[HORIZON]) : solution).build();
    }
  }

  private static final class Adding implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x().plus(at.u());
    }
  }

  private static final class Squares implements Cost {
    @Override
    public Tensor stage(Stage at) {
      return at.x().square().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().square().sum(1));
    }
  }

  private static RecedingHorizon planner(
      Numbered solver, int replanEvery, double deadline, int warmUp) {
    PlannerSettings settings = new PlannerSettings(replanEvery, true, deadline, 0.1, warmUp);
    ProblemSpec spec = new ProblemSpec(new Adding(), new Squares(), HORIZON, 1, 0);
    RecedingHorizon planner =
        new RecedingHorizon(spec, solver, Map.of(), settings, () -> solver.nanos);
    planner.begin(RandomStream.root(0));
    return planner;
  }

  private static double[] act(RecedingHorizon planner, int steps, double state) {
    double[] actions = new double[steps];
    for (int i = 0; i < steps; i++) {
      actions[i] = planner.act(new double[] {state})[0];
    }
    return actions;
  }

  @Test
  void plansInTimeAreActedOnAtOnce() {
    RecedingHorizon planner = planner(new Numbered(false, 20), 1, 20, 0);
    assertArrayEquals(new double[] {0.1, 0.2, 0.3}, act(planner, 3, 0), 1e-12);
    assertEquals(0, planner.misses());
    assertEquals(0, planner.stepsOnOlderPlans());
  }

  /** The second plan takes 2.5 deadlines: it is there two steps later, its first two are past. */
  @Test
  void whileAPlanIsLateTheOneBeforeGoesOn() {
    Numbered solver = new Numbered(false, 10, 50, 10);
    RecedingHorizon planner = planner(solver, 1, 20, 0);
    double[] expected = {0.1, 0.11, 0.12, 0.3, 0.4};
    assertArrayEquals(expected, act(planner, 5, 0), 1e-12);
    assertEquals(1, planner.misses());
    assertEquals(2, planner.stepsOnOlderPlans());
    // When it came it was two steps old, so that the third plan starts from what was left of it.
    assertArrayEquals(new double[] {0.22, 0.23, 0.23, 0.23}, solver.guesses.get(2), 1e-12);
  }

  @Test
  void aLatePlanThatIsNotYetUsedUpIsActedOnWhereItHasComeTo() {
    RecedingHorizon planner = planner(new Numbered(false, 10, 50, 10), 3, 20, 0);
    double[] expected = {0.1, 0.11, 0.12, 0.13, 0.13, 0.22, 0.3};
    assertArrayEquals(expected, act(planner, 7, 0), 1e-12);
  }

  @Test
  void theGainsOfThePlanBeforeHoldTheStepsUntilTheLateOneComes() {
    double state = 2;
    RecedingHorizon planner = planner(new Numbered(true, 10, 50, 10), 3, 20, 0);
    double held = GAIN * state;
    // The last action of a plan that has ended has no state to be held at.
    double[] expected = {0.1, 0.11 + held, 0.12 + held, 0.13 + held, 0.13, 0.22 + held, 0.3};
    assertArrayEquals(expected, act(planner, 7, state), 1e-12);
  }

  @Test
  void theFirstPlanIsWaitedForAndWarmUpIsNotTimed() {
    Numbered solver = new Numbered(false, 500);
    RecedingHorizon planner = planner(solver, 1, 20, 2);
    assertEquals(0.3, act(planner, 1, 0)[0], 1e-12, "the third solve");
    assertEquals(1, planner.planMillis().length);
    assertEquals(1, planner.misses());
    assertEquals(0, planner.stepsOnOlderPlans());
  }

  @Test
  void withoutADeadlineNothingIsLate() {
    RecedingHorizon planner = planner(new Numbered(false, 100_000), 1, 0, 0);
    assertArrayEquals(new double[] {0.1, 0.2, 0.3}, act(planner, 3, 0), 1e-12);
    assertEquals(0, planner.misses());
  }

  @Test
  void anEpisodeForgetsTheLatePlanOfTheOneBefore() {
    RecedingHorizon planner = planner(new Numbered(false, 10, 1000, 10), 1, 20, 0);
    assertArrayEquals(new double[] {0.1, 0.11}, act(planner, 2, 0), 1e-12);
    planner.begin(RandomStream.root(0));
    assertArrayEquals(new double[] {0.3, 0.4}, act(planner, 2, 0), 1e-12);
  }

  @Test
  void aStateOfAnotherLengthIsRefused() {
    RecedingHorizon planner = planner(new Numbered(false, 1), 1, 0, 0);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> planner.act(new double[2]));
    assertTrue(refused.getMessage().contains("length 2, expected 1"), refused.getMessage());
  }
}
