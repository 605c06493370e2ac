package dev.difftop.optimization.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pull-backs along the stages give what the programs give that know nothing of stages. */
class StagewisePullBackTest {
  private static final int BATCH = 11;
  private static final double BOUND = 0.4;

  private final Interpreter engine = new Interpreter();
  private final Random random = new Random(5);

  private Gradients by(
      LinearSolve method, BadSamples policy, int threads, Problem p, Solution s, Cotangents c) {
    try (Adjoint adjoint =
        new ImplicitAdjoint(engine, Curvature.EXACT, policy, 0, method, threads)) {
      return adjoint.pullBack(p, s, c);
    }
  }

  /** Some actions, a third of them on bounds; not a minimum, which agreement does not need. */
  private Solution somewhere(Problem p) {
    int h = p.spec().horizon();
    int nu = p.spec().actionSize();
    double[] u = new double[p.batch() * h * nu];
    Arrays.setAll(u, i -> Math.max(-BOUND, Math.min(BOUND, 0.6 * (2 * random.nextDouble() - 1))));
    try (CompiledProblem plan =
        new CompiledProblem(
            engine, p.spec(), new Objective(p.spec()).rollout(), p.batch(), DType.FLOAT64)) {
      plan.load(p);
      plan.set(Objective.ACTIONS, u);
      plan.run();
      Status[] status = new Status[p.batch()];
      Arrays.fill(status, Status.CONVERGED);
      return Solution.of(p)
          .actions(u)
          .states(plan.get("states"))
          .cost(plan.get("cost"))
          .status(status)
          .iterations(new int[p.batch()])
          .stationarity(new double[p.batch()])
          .build();
    }
  }

  private double[] normal(int size) {
    double[] out = new double[size];
    Arrays.setAll(out, i -> random.nextGaussian());
    return out;
  }

  private static Map<String, double[]> blocks(Gradients g) {
    Map<String, double[]> out = new LinkedHashMap<>();
    g.parameters().forEach((name, array) -> out.put(name, array.toDoubles()));
    g.context().forEach((name, array) -> out.put(name, array.toDoubles()));
    out.put("initial state", g.initialState().toDoubles());
    out.put("low", g.low().toDoubles());
    out.put("high", g.high().toDoubles());
    return out;
  }

  private static void assertSame(Gradients expected, Gradients actual, double tolerance) {
    Map<String, double[]> found = blocks(actual);
    blocks(expected)
        .forEach(
            (name, block) -> {
              double scale = Arrays.stream(block).map(Math::abs).max().orElse(0);
              assertTrue(scale > 0 || name.equals("low") || name.equals("high"), name);
              assertArrayEquals(block, found.get(name), tolerance * scale, name);
            });
    assertTrue(expected.saturatedShare() > 0, "some actions are held");
    for (int b = 0; b < expected.samples().length; b++) {
      Gradients.Sample one = expected.samples()[b];
      Gradients.Sample other = actual.samples()[b];
      assertEquals(one.outcome(), other.outcome());
      assertEquals(one.masked(), other.masked());
      assertEquals(one.saturated(), other.saturated());
      assertEquals(one.stationarity(), other.stationarity(), 1e-12 * (1 + one.stationarity()));
    }
  }

  private void compare(Problem p, Solution s, Cotangents c) {
    compare(p, s, c, BadSamples.KEEP, BadSamples.MASK, BadSamples.TRUNCATED);
  }

  private void compare(Problem p, Solution s, Cotangents c, BadSamples... policies) {
    for (BadSamples policy : policies) {
      assertSame(
          by(LinearSolve.DENSE, policy, 1, p, s, c),
          by(LinearSolve.RICCATI, policy, 1, p, s, c),
          1e-11);
    }
  }

  private void compareAll(Problem p) {
    Solution s = somewhere(p);
    double[] actions = normal(s.actions().size());
    double[] states = normal(s.states().size());
    double[] cost = normal(p.batch());
    compare(p, s, Cotangents.ofActions(actions));
    compare(p, s, new Cotangents(null, states, null));
    compare(p, s, new Cotangents(actions, null, cost));
    compare(p, s, new Cotangents(actions, states, cost));
  }

  private static Problem boxed() {
    return LinearQuadratic.random(3, 2, 5, BATCH, 17).problem(DType.FLOAT64, -BOUND, BOUND);
  }

  @Test
  void leavesOfEverySample() {
    compareAll(boxed());
  }

  @Test
  void oneAction() {
    compareAll(LinearQuadratic.random(4, 1, 6, BATCH, 3).problem(DType.FLOAT64, -BOUND, BOUND));
  }

  @Test
  void leavesThatAllSamplesShare() {
    compareAll(shared(false));
  }

  @Test
  void matricesThatHaveToBeComputed() {
    compareAll(shared(true));
  }

  @Test
  void curvatureThatIsNotPositive() {
    Problem p = boxed();
    Array c = p.context().get("C");
    int nu = 2;
    int n = 5;
    int size = c.size() / BATCH;
    for (int i = 0; i < n; i++) {
      c.set(3 * size + i * n + i, -2);
      c.set(7 * size + i * n + i, i < n - nu ? 1 : -0.1);
    }
    Solution s = somewhere(p);
    Cotangents all = new Cotangents(normal(BATCH * 10), normal(BATCH * 18), normal(BATCH));
    compare(p, s, all, BadSamples.KEEP, BadSamples.MASK);
    Gradients found = by(LinearSolve.RICCATI, BadSamples.KEEP, 1, p, s, all);
    assertEquals(Gradients.Outcome.INDEFINITE, found.samples()[3].outcome());
    assertTrue(found.samples()[3].curvature() < 0);
    // How much is damped depends on the scale of the matrices that a method sees.
    Gradients damped = by(LinearSolve.RICCATI, BadSamples.TRUNCATED, 1, p, s, all);
    double[] undamped = found.context().get("F").toDoubles();
    double[] shorter = damped.context().get("F").toDoubles();
    int each = undamped.length / BATCH;
    assertTrue(norm(shorter, 3 * each, each) < norm(undamped, 3 * each, each));
    assertArrayEquals(Arrays.copyOf(undamped, 3 * each), Arrays.copyOf(shorter, 3 * each), 1e-12);
  }

  /** Dynamics and costs with curvature of their own; at a point that is no minimum it is mixed. */
  @Test
  void smoothProblemsThatAreNotQuadratic() {
    Problem usual = Problems.pendulum(9, BATCH, BOUND);
    Problem p =
        new Problem(
            usual.spec(),
            DType.FLOAT64,
            usual.initialState(),
            usual.low(),
            usual.high(),
            Map.of(),
            Map.of("dynamics/gravity", Array.scalar(10), "cost/effort", Array.scalar(1e-3)));
    Solution s = somewhere(p);
    double[] actions = normal(s.actions().size());
    double[] states = normal(s.states().size());
    for (Cotangents c :
        new Cotangents[] {
          Cotangents.ofActions(actions),
          new Cotangents(null, states, null),
          new Cotangents(actions, states, normal(BATCH))
        }) {
      compare(p, s, c, BadSamples.KEEP, BadSamples.MASK);
    }
    Gradients found =
        by(LinearSolve.RICCATI, BadSamples.KEEP, 1, p, s, Cotangents.ofActions(actions));
    long indefinite =
        Arrays.stream(found.samples())
            .filter(each -> each.outcome() == Gradients.Outcome.INDEFINITE)
            .count();
    assertTrue(indefinite > 0 && indefinite < BATCH, indefinite + " indefinite");
  }

  /** Its matrix over all actions at once would have 64 million entries. */
  @Test
  void aLongIndefiniteSampleTakesNoMatrixOverAllActions() {
    int horizon = 8000;
    Problem p = Problems.pendulum(horizon, 1, Double.POSITIVE_INFINITY);
    double[] x = new double[2 * (horizon + 1)];
    for (int t = 0; t <= horizon; t++) {
      x[2 * t] = 3 * Math.sin(0.01 * t);
    }
    Solution s =
        Solution.of(p)
            .actions(new double[horizon])
            .states(x)
            .cost(new double[1])
            .status(new Status[] {Status.ITERATION_LIMIT})
            .iterations(new int[1])
            .stationarity(new double[] {1})
            .build();
    double[] bar = new double[horizon];
    bar[0] = 1;
    Gradients g = by(LinearSolve.AUTO, BadSamples.KEEP, 1, p, s, Cotangents.ofActions(bar));
    assertEquals(Gradients.Outcome.NOT_CONVERGED, g.samples()[0].outcome());
    assertTrue(g.samples()[0].curvature() < 0);
    double gravity = g.parameters().get("dynamics/gravity").get(0);
    assertTrue(Double.isFinite(gravity) && gravity != 0);
  }

  private static double norm(double[] values, int from, int count) {
    return Math.sqrt(Arrays.stream(values, from, from + count).map(x -> x * x).sum());
  }

  @Test
  void aBadSampleIsLeftOutAndSpoilsNoOther() {
    Problem good = shared(false);
    Solution s = somewhere(good);
    Cotangents c = Cotangents.ofActions(normal(s.actions().size()));
    Array x0 = good.initialState().as(DType.FLOAT64);
    x0.set(4 * good.spec().stateSize(), Double.NaN);
    Problem bad =
        new Problem(
            good.spec(),
            DType.FLOAT64,
            x0,
            good.low(),
            good.high(),
            good.context(),
            good.parameters());
    double[] bar = c.actions().clone();
    int n = bar.length / BATCH;
    Arrays.fill(bar, 4 * n, 5 * n, 0);
    Gradients without =
        by(LinearSolve.DENSE, BadSamples.KEEP, 1, good, s, Cotangents.ofActions(bar));
    Gradients found = by(LinearSolve.RICCATI, BadSamples.KEEP, 1, bad, s, c);
    assertEquals(Gradients.Outcome.NOT_FINITE, found.samples()[4].outcome());
    Map<String, double[]> blocks = blocks(found);
    blocks(without).forEach((name, block) -> assertArrayEquals(block, blocks.get(name), 1e-11));
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    Problem p = shared(false);
    Solution s = somewhere(p);
    Cotangents c =
        new Cotangents(normal(s.actions().size()), normal(s.states().size()), normal(BATCH));
    Map<String, double[]> one = blocks(by(LinearSolve.RICCATI, BadSamples.KEEP, 1, p, s, c));
    for (int threads : new int[] {2, 3}) {
      blocks(by(LinearSolve.RICCATI, BadSamples.KEEP, threads, p, s, c))
          .forEach((name, block) -> assertArrayEquals(one.get(name), block, name));
    }
  }

  // ------------------------------------------------------------------ shared leaves

  /**
   * Dynamics and prices that all samples share, targets of their own.
   *
   * @param products whether a matrix of the problem is a product of leaves
   */
  private Problem shared(boolean products) {
    ProblemSpec spec = new ProblemSpec(new Drift(), new Prices(products), 6, 0.9);
    Array x0 = Array.of(normal(BATCH * 3), BATCH, 3);
    Array low = Array.zeros(DType.FLOAT64, Shape.of(6, 2));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(6, 2));
    low.fill(-BOUND);
    high.fill(BOUND);
    return new Problem(
        spec,
        DType.FLOAT64,
        x0,
        low,
        high,
        Map.of("target", Array.of(normal(BATCH * 3), BATCH, 3)),
        Map.of(
            "dynamics/matrix", Array.of(normal(15), 3, 5),
            "cost/price", Array.of(new double[] {0.7, 1.3}),
            "cost/end", Array.scalar(2)));
  }

  private static final class Drift implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("matrix", Shape.of(3, 5), new Initializer.Constant(0));
    }

    @Override
    public int stateSize() {
      return 3;
    }

    @Override
    public int actionSize() {
      return 2;
    }

    @Override
    public Tensor next(Stage at) {
      Tensor w = Tensor.concat(1, at.x(), at.u());
      return at.parameter("matrix").timesVector(w).times(0.5);
    }
  }

  private record Prices(boolean products) implements Cost {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("price", Shape.of(2), new Initializer.Constant(0));
      declare.parameter("end", Shape.scalar(), new Initializer.Constant(0));
      declare.context("target", Shape.of(3));
    }

    @Override
    public Tensor stage(Stage at) {
      Tensor price = products ? at.parameter("price").square() : at.parameter("price");
      Tensor aim = at.x().minus(at.context("target")).square().sum(1).times(0.5);
      return aim.plus(at.u().square().times(price).sum(1));
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().square().sum(1).times(at.parameter("end")));
    }
  }
}
