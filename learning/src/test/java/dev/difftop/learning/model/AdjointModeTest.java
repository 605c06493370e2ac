package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Deadline;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.StepRecording;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.adjoint.LinearSolve;
import dev.difftop.testkit.Problems;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pairs of solver and adjoint are possible, and what is said of those that are not. */
class AdjointModeTest {
  private static final AdjointOptions OPTIONS =
      new AdjointOptions(1e-3, 7, Curvature.EXACT, 1e-3, LinearSolve.AUTO, 1);

  private static String reason(AdjointMode mode, Solver solver, ProblemSpec spec) {
    return mode.prepare(solver, spec, OPTIONS).orElse("");
  }

  /** A solver that records, unless it has a reason not to. */
  private static final class Recorder implements Solver, StepRecording {
    private final Optional<String> reason;
    private int recorded;

    Recorder(Optional<String> reason) {
      this.reason = reason;
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      throw new AssertionError("a mode is prepared without solving");
    }

    @Override
    public void recordSteps(int last) {
      recorded = last;
    }

    @Override
    public Optional<String> recordingRefusal(ProblemSpec spec) {
      return reason;
    }
  }

  @Test
  void asksTheSolverForTheStepsItNeeds() {
    ProblemSpec spec = Problems.pendulum(3, 1, 1).spec();
    Recorder recorder = new Recorder(Optional.empty());
    assertEquals("", reason(AdjointMode.EXACT, recorder, spec));
    assertEquals(0, recorder.recorded);
    assertEquals("", reason(AdjointMode.TRUNCATED, recorder, spec));
    assertEquals(7, recorder.recorded);
    assertEquals("", reason(AdjointMode.UNROLL, recorder, spec));
    assertEquals(Integer.MAX_VALUE, recorder.recorded);
  }

  @Test
  void aSolverWithoutDifferentiableStepsIsRefused() {
    ProblemSpec spec = Problems.pendulum(3, 1, 1).spec();
    for (AdjointMode mode : Set.of(AdjointMode.TRUNCATED, AdjointMode.UNROLL)) {
      String reason = reason(mode, new TinyParts.NewtonSolver(), spec);
      assertTrue(reason.contains("does not expose"), reason);
      String own = reason(mode, new Recorder(Optional.of("moves in jumps")), spec);
      assertTrue(own.contains("moves in jumps"), own);
    }
    for (AdjointMode mode :
        Set.of(
            AdjointMode.EXACT, AdjointMode.SMOOTHED, AdjointMode.GAUSS_NEWTON, AdjointMode.DLM)) {
      assertEquals("", reason(mode, new TinyParts.NewtonSolver(), spec));
    }
  }

  @Test
  void whereTheCostHasKinksOnlyImplicitAdjointsArePossible() {
    ProblemSpec kinked = Problems.kinked(1, 1).spec();
    Recorder recorder = new Recorder(Optional.empty());
    for (AdjointMode mode : AdjointMode.values()) {
      boolean possible =
          Set.of(AdjointMode.EXACT, AdjointMode.SMOOTHED, AdjointMode.GAUSS_NEWTON).contains(mode);
      String reason = reason(mode, recorder, kinked);
      assertEquals(possible, reason.isEmpty(), mode + ": " + reason);
      assertTrue(possible || reason.contains("tie"), reason);
    }
  }

  /** The reason is the limits, not a tie that is not there. */
  @Test
  void underLimitsOnlyImplicitAdjointsArePossible() {
    ProblemSpec limited = Problems.limited(1, 4).spec();
    for (AdjointMode mode : AdjointMode.values()) {
      boolean possible =
          Set.of(AdjointMode.EXACT, AdjointMode.SMOOTHED, AdjointMode.GAUSS_NEWTON).contains(mode);
      String reason = reason(mode, new Recorder(Optional.empty()), limited);
      assertEquals(possible, reason.isEmpty(), mode + ": " + reason);
      assertTrue(possible || reason.contains("limits on states and actions"), reason);
      assertTrue(!reason.contains("tie"), reason);
    }
  }

  @Test
  void dynamicsWithoutSecondDerivativesAreRefused() {
    ProblemSpec smooth = Problems.pendulum(3, 1, 1).spec();
    ProblemSpec blackBox = new ProblemSpec(new BlackBox(smooth.dynamics()), smooth.cost(), 3, 1);
    for (AdjointMode mode : AdjointMode.values()) {
      String reason = reason(mode, new Recorder(Optional.empty()), blackBox);
      assertTrue(reason.contains("second derivatives"), mode + ": " + reason);
    }
  }

  private record BlackBox(Dynamics inner) implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      inner.declare(declare);
    }

    @Override
    public int stateSize() {
      return inner.stateSize();
    }

    @Override
    public int actionSize() {
      return inner.actionSize();
    }

    @Override
    public Tensor next(Stage at) {
      return inner.next(at);
    }

    @Override
    public boolean supportsSecondDerivatives() {
      return false;
    }
  }
}
