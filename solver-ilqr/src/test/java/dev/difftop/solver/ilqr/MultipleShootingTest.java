package dev.difftop.solver.ilqr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.testkit.SolverContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Starts with gaps. */
class MultipleShootingTest extends SolverContract<IlqrConfig> {
  @Override
  protected SolverProvider<IlqrConfig> provider() {
    return new IlqrProvider();
  }

  private static Settings settings() {
    Settings settings = new Settings();
    settings.start = IlqrConfig.Start.MULTIPLE_SHOOTING;
    return settings;
  }

  @Override
  protected IlqrConfig config() {
    return settings().config();
  }

  @Override
  protected IlqrConfig oneIteration() {
    Settings settings = settings();
    settings.maxIterations = 1;
    return settings.config();
  }

  /** Without actions the state explodes, so that a rollout says little about where to go. */
  private static Problem explosive() {
    ProblemSpec spec = new ProblemSpec(new Explosive(), new Distance(), 25, 1);
    Array low = Array.of(new double[25], 25, 1);
    Array high = Array.of(new double[25], 25, 1);
    low.fill(Double.NEGATIVE_INFINITY);
    high.fill(Double.POSITIVE_INFINITY);
    Array x0 = Array.of(new double[] {1, -0.5, 0.2}, 3, 1);
    return new Problem(spec, DType.FLOAT64, x0, low, high, Map.of(), Map.of());
  }

  private static Solution solve(Settings settings, int iterations) {
    settings.maxIterations = iterations;
    try (IlqrSolver solver =
        new IlqrSolver(settings.config(), new Interpreter(), RandomStream.root(0))) {
      return solver.solve(explosive());
    }
  }

  @Test
  void gapsSaveWhatARolloutLoses() {
    Solution rollout = solve(new Settings(), 1);
    Solution gaps = solve(settings(), 1);
    for (int b = 0; b < 3; b++) {
      assertTrue(gaps.cost(b) < 1e-2 * rollout.cost(b), gaps.cost(b) + " and " + rollout.cost(b));
    }
    Solution end = solve(settings(), 200);
    assertEquals(1, end.convergedShare());
  }

  private static final class Explosive implements Dynamics {
    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    /** x' = 1.4 x + 0.1 sin x + u. */
    @Override
    public Tensor next(Stage at) {
      return at.x().times(1.4).plus(at.x().sin().times(0.1)).plus(at.u());
    }
  }

  private static final class Distance implements Cost {
    @Override
    public Tensor stage(Stage at) {
      return at.x().square().sum(1).plus(at.u().square().sum(1)).times(0.5);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().square().sum(1).times(0.5));
    }
  }
}
