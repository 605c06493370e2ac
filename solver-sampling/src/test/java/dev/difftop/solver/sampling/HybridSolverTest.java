package dev.difftop.solver.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Deadline;
import dev.difftop.api.Parts;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.testkit.Problems;
import dev.difftop.testkit.SolverContract;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract with a second sampler as polish; with gradient solvers it runs in the whole. */
class HybridSolverTest extends SolverContract<HybridConfig> {
  private static final CemConfig FINE = new CemConfig(5, 32, 4, 0, false, 0.1, 0.1, 1e-4, 1);

  /** A choice that makes itself. */
  private record Ready(String name, Solver solver) implements Chosen<Solver> {}

  private static final class Maker implements Parts {
    @Override
    @SuppressWarnings("unchecked")
    public <T> T make(Chosen<T> choice) {
      return (T) ((Ready) choice).solver();
    }
  }

  @Override
  protected SolverProvider<HybridConfig> provider() {
    return new HybridProvider();
  }

  private static Solver mppi(int iterations) {
    MppiConfig config = new MppiConfig(iterations, 64, 8, 0, false, 0.5, 0.1, 1, 0.05, 1);
    return new MppiSolver(config, new Interpreter(), RandomStream.root(1));
  }

  private static Solver cem(CemConfig config) {
    return new CemSolver(config, new Interpreter(), RandomStream.root(2));
  }

  private static HybridConfig of(Solver sampler, Solver polish) {
    return new HybridConfig(new Ready("sampler", sampler), new Ready("polish", polish));
  }

  @Override
  protected HybridConfig config() {
    return of(mppi(3), cem(FINE));
  }

  @Override
  protected HybridConfig oneIteration() {
    return of(mppi(0), cem(new CemConfig(1, 32, 4, 0, false, 0.1, 0.1, 1e-4, 1)));
  }

  @Override
  protected Solver make(HybridConfig config) {
    return new HybridSolver(config, new Maker());
  }

  @Override
  protected boolean converges() {
    return false;
  }

  @Test
  void polishesWhatTheSamplerFound() {
    Problem swing = Problems.pendulum(8, 2, 1.5);
    Solution sampled = mppi(3).solve(swing);
    Solution polished = cem(FINE).solve(swing, sampled.actions());
    Solution both = make(config()).solve(swing);
    assertArrayEquals(polished.actions().toDoubles(), both.actions().toDoubles());
    assertEquals(polished.status(0), both.status(0));
    assertEquals(8, both.iterations()[0]);
    assertTrue(both.cost(0) < sampled.cost(0));
  }

  @Test
  void keepsAllThatThePolishFound() {
    Array none = Array.zeros(DType.FLOAT64, Shape.of(1, 8, 1));
    Solution.Gains gains = new Solution.Gains(none, none);
    Solution.Multipliers multipliers = new Solution.Multipliers(none, none, new double[] {0.5});
    Solver full =
        (problem, guess, deadline) -> {
          Solution s = cem(FINE).solve(problem, guess, deadline);
          return s.toBuilder()
              .gains(Optional.of(gains))
              .multipliers(Optional.of(multipliers))
              .build();
        };
    Solution found = make(of(mppi(1), full)).solve(Problems.pendulum(8, 1, 1.5));
    assertEquals(Optional.of(gains), found.gains());
    assertEquals(Optional.of(multipliers), found.multipliers());
  }

  @Test
  void refusesWhatEitherRefuses() {
    Solver picky =
        new Solver() {
          @Override
          public Solution solve(Problem problem, Array guess, Deadline deadline) {
            throw new IllegalStateException("refused");
          }

          @Override
          public Optional<String> refusal(ProblemSpec spec) {
            return Optional.of("too steep");
          }
        };
    ProblemSpec spec = Problems.pendulum(8, 2, 1.5).spec();
    assertEquals(Optional.of("too steep"), make(of(picky, mppi(1))).refusal(spec));
    assertEquals(Optional.of("too steep"), make(of(mppi(1), picky)).refusal(spec));
    assertEquals(Optional.empty(), make(of(mppi(1), mppi(1))).refusal(spec));
  }
}
