package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Doc;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of solvers: an honest one that never moves passes, a dishonest one does not. */
class SolverContractTest {
  enum Fault {
    NONE,
    CLAIMS_CONVERGENCE,
    LEAVES_THE_BOX,
    SPOILS_THE_GUESS,
    OTHER_STATES,
    OTHER_STATIONARITY,
    TAKES_ANY_GUESS,
    LOOKS_AT_OTHERS,
    SPREADS_NAN,
    NEVER_THE_SAME,
    IGNORES_THE_DEADLINE,
    CRIES_DEADLINE
  }

  record Settings(@Doc("what is wrong") Fault fault) {}

  /** Answers with the guess. */
  static final class Pretender implements Solver {
    private final Fault fault;
    private int solves;

    @Inject
    Pretender(Settings settings) {
      this.fault = settings.fault();
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      Shape expected = problem.zeroGuess().shape();
      if (fault != Fault.TAKES_ANY_GUESS && !guess.shape().equals(expected)) {
        throw new IllegalArgumentException("guess " + guess.shape() + ", expected " + expected);
      }
      solves++;
      double[] u = Arrays.copyOf(guess.toDoubles(), expected.size());
      int n = u.length / problem.batch();
      for (int i = 0; i < u.length; i++) {
        double low = problem.low(i / n, i % n);
        double high = problem.high(i / n, i % n);
        u[i] = fault == Fault.LEAVES_THE_BOX ? u[i] : Math.min(Math.max(u[i], low), high);
      }
      if (fault == Fault.SPOILS_THE_GUESS) {
        guess.fill(0);
      }
      boolean begun = !deadline.isPast();
      Status how = begun && !deadline.isPast() ? Status.ITERATION_LIMIT : Status.DEADLINE;
      how = fault == Fault.IGNORES_THE_DEADLINE ? Status.ITERATION_LIMIT : how;
      how = fault == Fault.CRIES_DEADLINE ? Status.DEADLINE : how;
      return answer(problem, u, how, begun ? 1 : 0);
    }

    private Solution answer(Problem problem, double[] u, Status how, int iteration) {
      int batch = problem.batch();
      Trajectories found = Trajectories.of(problem, u);
      double[] states = found.states();
      double[] cost = found.cost();
      boolean anyNan = Arrays.stream(cost).anyMatch(c -> !Double.isFinite(c));
      if (fault == Fault.OTHER_STATES) {
        states[states.length - 1] += 1e-3;
      } else if (fault == Fault.LOOKS_AT_OTHERS) {
        cost[0] += 1e-15 * Math.abs(cost[batch - 1]) + cost[0] * 1e-15 * batch;
      } else if (fault == Fault.NEVER_THE_SAME) {
        cost[0] = Math.nextUp(cost[0] * (1 + solves * 1e-15));
      }
      Status[] status = new Status[batch];
      for (int b = 0; b < batch; b++) {
        boolean bad = fault == Fault.SPREADS_NAN ? anyNan : !Double.isFinite(cost[b]);
        Status given = fault == Fault.CLAIMS_CONVERGENCE ? Status.CONVERGED : how;
        status[b] = bad ? Status.NOT_FINITE : given;
      }
      int[] iterations = new int[batch];
      Arrays.fill(iterations, iteration);
      Array actions = Array.of(u, problem.zeroGuess().shape().dims());
      double[] stationarity = new double[batch];
      for (int b = 0; b < batch && fault != Fault.OTHER_STATIONARITY; b++) {
        stationarity[b] = found.stationarity(problem, actions, b);
      }
      return Solution.of(problem)
          .actions(u)
          .states(states)
          .cost(cost)
          .status(status)
          .iterations(iterations)
          .stationarity(stationarity)
          .build();
    }
  }

  /** Offers {@link Pretender}. */
  public static final class PretenderProvider implements SolverProvider<Settings> {
    @Override
    public String name() {
      return "pretender";
    }

    @Override
    public String summary() {
      return "answers with the guess";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public Class<? extends Solver> implementation() {
      return Pretender.class;
    }
  }

  private static SolverContract<Settings> contract(Fault fault, boolean converges) {
    return new SolverContract<>() {
      @Override
      protected SolverProvider<Settings> provider() {
        return new PretenderProvider();
      }

      @Override
      protected Settings config() {
        return new Settings(fault);
      }

      @Override
      protected Settings oneIteration() {
        return new Settings(fault);
      }

      @Override
      protected boolean converges() {
        return converges;
      }
    };
  }

  @Test
  void anHonestSolverThatDoesNotConvergePasses() {
    assertEquals(Set.of(), Failing.of(contract(Fault.NONE, false)));
  }

  @Test
  void oneThatSaysItConvergesMust() {
    Set<String> failing = Failing.of(contract(Fault.NONE, true));
    assertTrue(
        failing.containsAll(
            Set.of(
                "matchesTheRiccatiCostOnALinearQuadraticProblem",
                "convergesInABox",
                "solvesInSinglePrecision")),
        failing.toString());
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(Fault.CLAIMS_CONVERGENCE, "whatTheSolutionSaysIsTrue"),
        Arguments.of(Fault.CLAIMS_CONVERGENCE, "anIterationLimitIsReportedNotThrown"),
        Arguments.of(Fault.LEAVES_THE_BOX, "aGuessOutsideTheBoxIsClamped"),
        Arguments.of(Fault.LEAVES_THE_BOX, "staysInABoxOfEachSampleWithFixedComponents"),
        Arguments.of(Fault.SPOILS_THE_GUESS, "guessAndProblemAreLeftAlone"),
        Arguments.of(Fault.OTHER_STATES, "whatTheSolutionSaysIsTrue"),
        Arguments.of(Fault.OTHER_STATIONARITY, "stationarityIsThatOfWhatIsReturned"),
        Arguments.of(Fault.TAKES_ANY_GUESS, "aGuessOfAnotherShapeIsRefusedWithBothShapes"),
        Arguments.of(Fault.LOOKS_AT_OTHERS, "aSampleDoesNotDependOnTheValuesOfOthers"),
        Arguments.of(Fault.SPREADS_NAN, "aSampleThatIsNotFiniteDisturbsNoOther"),
        Arguments.of(Fault.NEVER_THE_SAME, "sameInputSameBits"),
        Arguments.of(Fault.CLAIMS_CONVERGENCE, "survivesProblemsMadeToHurt"),
        Arguments.of(Fault.LOOKS_AT_OTHERS, "survivesProblemsMadeToHurt"),
        Arguments.of(Fault.SPREADS_NAN, "survivesProblemsMadeToHurt"),
        Arguments.of(Fault.IGNORES_THE_DEADLINE, "aPastDeadlineGivesTheGuess"),
        Arguments.of(Fault.IGNORES_THE_DEADLINE, "aDeadlineEndsTheSolveBetweenIterations"),
        Arguments.of(Fault.CRIES_DEADLINE, "aFarDeadlineChangesNothing"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsFound(Fault fault, String test) {
    Set<String> failing = Failing.of(contract(fault, false));
    assertTrue(failing.contains(test), fault + " fails " + failing);
  }
}
