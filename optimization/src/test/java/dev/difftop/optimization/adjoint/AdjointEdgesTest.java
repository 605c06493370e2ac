package dev.difftop.optimization.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Stage;
import dev.difftop.api.Status;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.optimization.CompiledProblem;
import dev.difftop.optimization.Curvature;
import dev.difftop.optimization.Objective;
import dev.difftop.testkit.LinearQuadratic;
import dev.difftop.testkit.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Cotangents that are not finite, nothing free, one step, one sample, nobody left. */
class AdjointEdgesTest {
  private static final Interpreter ENGINE = new Interpreter();

  /** Every way to differentiate. */
  enum Way {
    DENSE,
    CG,
    RICCATI,
    GAUSS_NEWTON,
    SMOOTHED,
    UNROLLED,
    DLM;

    Adjoint adjoint(BadSamples policy) {
      return switch (this) {
        case DENSE -> new ImplicitAdjoint(ENGINE, Curvature.EXACT, policy, 0, LinearSolve.DENSE);
        case CG -> new ImplicitAdjoint(ENGINE, Curvature.EXACT, policy, 0, LinearSolve.CG);
        case RICCATI ->
            new ImplicitAdjoint(ENGINE, Curvature.EXACT, policy, 0, LinearSolve.RICCATI);
        case GAUSS_NEWTON -> new ImplicitAdjoint(ENGINE, Curvature.GAUSS_NEWTON, policy);
        case SMOOTHED ->
            new ImplicitAdjoint(ENGINE, Curvature.EXACT, policy, 1e-3, LinearSolve.DENSE);
        case UNROLLED -> new UnrolledAdjoint(ENGINE, Curvature.EXACT, policy, 9);
        case DLM -> new DirectLossAdjoint(ENGINE, policy, 1e-3);
      };
    }
  }

  /** Some actions, as if a solver had gone there in one step; not a minimum of the pendulum. */
  private static Solution at(Problem p, double[] u) {
    int batch = p.batch();
    Status[] status = new Status[batch];
    boolean[] taken = new boolean[batch];
    Arrays.fill(status, Status.CONVERGED);
    Arrays.fill(taken, true);
    double[] damping = new double[batch];
    Arrays.fill(damping, 5);
    Solution.Step step =
        new Solution.Step(new double[u.length], u, new boolean[u.length], damping, taken);
    try (CompiledProblem plan =
        new CompiledProblem(
            ENGINE, p.spec(), new Objective(p.spec()).rollout(), batch, p.dtype())) {
      plan.load(p);
      plan.set(Objective.ACTIONS, u);
      plan.run();
      return Solution.of(p)
          .actions(u)
          .states(plan.get("states"))
          .cost(plan.get("cost"))
          .status(status)
          .iterations(new int[batch])
          .stationarity(new double[batch])
          .steps(List.of(step))
          .build();
    }
  }

  private static Solution somewhere(Problem p) {
    double[] u = new double[p.zeroGuess().size()];
    Arrays.setAll(u, i -> 0.5 * Math.sin(1 + i));
    return at(p, u);
  }

  private static double[] waves(int size) {
    double[] out = new double[size];
    Arrays.setAll(out, i -> Math.cos(0.7 * i + 0.2));
    return out;
  }

  private static List<double[]> blocks(Gradients g) {
    List<double[]> out = new ArrayList<>();
    g.parameters().values().forEach(array -> out.add(array.toDoubles()));
    g.context().values().forEach(array -> out.add(array.toDoubles()));
    out.add(g.initialState().toDoubles());
    out.add(g.low().toDoubles());
    out.add(g.high().toDoubles());
    return out;
  }

  /** A cotangent with one number replaced. */
  private static Cotangents with(Problem p, Solution s, int kind, int entry, double value) {
    double[] actions = kind == 0 ? waves(s.actions().size()) : null;
    double[] states = kind == 1 ? waves(s.states().size()) : null;
    double[] cost = kind == 2 ? waves(p.batch()) : null;
    double[] changed = kind == 0 ? actions : kind == 1 ? states : cost;
    int each = changed.length / p.batch();
    if (Double.isFinite(value)) {
      Arrays.fill(changed, entry * each, (entry + 1) * each, value);
    } else {
      changed[(entry + 1) * each - 1] = value;
    }
    return new Cotangents(actions, states, cost);
  }

  static Stream<Problem> problems() {
    return Stream.of(Problems.pendulum(3, 3, 2), LinearQuadratic.random(2, 1, 3, 3, 4).problem());
  }

  /**
   * One sample's loss is not finite: it is left out and says so, the others keep their gradient.
   */
  @ParameterizedTest
  @EnumSource(Way.class)
  void aCotangentThatIsNotFiniteIsLeftOut(Way way) {
    problems()
        .forEach(
            problem -> {
              Solution solution = somewhere(problem);
              for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                for (int kind = 0; kind < 3; kind++) {
                  check(way, problem, solution, kind, bad);
                }
              }
            });
  }

  private static void check(Way way, Problem problem, Solution solution, int kind, double bad) {
    String what = way + ", cotangent " + kind + " with " + bad;
    try (Adjoint adjoint = way.adjoint(BadSamples.KEEP);
        Adjoint strict = way.adjoint(BadSamples.FAIL)) {
      Gradients silent = adjoint.pullBack(problem, solution, with(problem, solution, kind, 1, 0));
      Cotangents cotangents = with(problem, solution, kind, 1, bad);
      Gradients found = adjoint.pullBack(problem, solution, cotangents);
      assertEquals(Gradients.Outcome.NOT_FINITE, found.samples()[1].outcome(), what);
      assertTrue(found.samples()[1].masked(), what);
      List<double[]> expected = blocks(silent);
      List<double[]> actual = blocks(found);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), 1e-12, what + ", block " + i);
      }
      String message =
          assertThrows(
                  IllegalStateException.class,
                  () -> strict.pullBack(problem, solution, cotangents),
                  what)
              .getMessage();
      assertTrue(message.contains("NOT_FINITE"), message);
    }
  }

  /** Nothing is left to differentiate: zeros of the right shapes. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void withEverySampleLeftOutAllIsZero(Way way) {
    Problem problem = Problems.pendulum(3, 3, 2);
    Solution solution = somewhere(problem);
    double[] nowhere = new double[9];
    Arrays.fill(nowhere, Double.NaN);
    try (Adjoint adjoint = way.adjoint(BadSamples.MASK)) {
      Gradients g = adjoint.pullBack(problem, solution, Cotangents.ofActions(nowhere));
      assertEquals(1, g.maskedShare());
      assertEquals(Shape.of(3, 2), g.initialState().shape());
      for (double[] block : blocks(g)) {
        assertArrayEquals(new double[block.length], block, 0.0);
      }
    }
  }

  /**
   * Bounds of no width hold every action: the gradient is that of the bounds, in halves or whole.
   */
  @ParameterizedTest
  @EnumSource(Way.class)
  void aBoxWithoutWidthPassesEverythingToItsBounds(Way way) {
    for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
      Problem free = Problems.in(Problems.pendulum(1, 1, 2), dtype);
      Array bound = Array.of(new double[] {0.25}, 1, 1);
      Problem fixed = Problems.within(free, bound, bound);
      double[] u = {0.25};
      try (Adjoint adjoint = way.adjoint(BadSamples.KEEP)) {
        Solution solution = heldStep(at(fixed, u));
        Gradients g = adjoint.pullBack(fixed, solution, Cotangents.ofActions(new double[] {3}));
        assertEquals(3, g.low().get(0) + g.high().get(0), 1e-5, way + " " + dtype);
        assertEquals(1, g.saturatedShare());
        assertEquals(0, g.parameters().get("dynamics/gravity").get(0), 1e-6, way + " " + dtype);
        assertArrayEquals(new double[2], g.initialState().toDoubles(), 1e-6);
      }
    }
  }

  private static Solution heldStep(Solution s) {
    Solution.Step step = s.steps().get(0);
    Solution.Step held =
        new Solution.Step(
            step.actions(), step.step(), new boolean[] {true}, step.damping(), step.taken());
    return s.toBuilder().steps(List.of(held)).build();
  }

  /** One action of one sample: nothing but a division, so that every exact way must agree. */
  @ParameterizedTest
  @MethodSource("exactWays")
  void oneStepOfOneSample(Way way) {
    LinearQuadratic small = LinearQuadratic.random(1, 1, 1, 1, 3);
    Problem problem = small.problem();
    Solution solution = at(problem, small.optimum().actions());
    try (Adjoint adjoint = way.adjoint(BadSamples.FAIL);
        Adjoint dense = Way.DENSE.adjoint(BadSamples.FAIL)) {
      Cotangents one = Cotangents.ofActions(new double[] {1});
      List<double[]> expected = blocks(dense.pullBack(problem, solution, one));
      List<double[]> found = blocks(adjoint.pullBack(problem, solution, one));
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), found.get(i), 1e-7, way + ", block " + i);
      }
      double largest = 0;
      for (double[] block : found) {
        largest = Math.max(largest, Arrays.stream(block).map(Math::abs).max().orElse(0));
      }
      assertTrue(largest > 0.01);
    }
  }

  /** No cost, no curvature: perturbed minimisers do not exist, and that is said. */
  @Test
  void directLossMinimisationSaysThatItDidNotGetThere() {
    Problem pendulum = Problems.pendulum(2, 1, Double.POSITIVE_INFINITY);
    Cost flat =
        new Cost() {
          @Override
          public Tensor stage(Stage at) {
            return at.u().sum(1).times(0);
          }

          @Override
          public Terminal terminal(Point at) {
            return Terminal.none();
          }
        };
    Problem problem =
        new Problem(
            new ProblemSpec(pendulum.spec().dynamics(), flat, 2, 1),
            DType.FLOAT64,
            pendulum.initialState(),
            pendulum.low(),
            pendulum.high(),
            Map.of(),
            Map.of("dynamics/gravity", Array.scalar(10)));
    Solution solution = somewhere(problem);
    try (Adjoint adjoint = Way.DLM.adjoint(BadSamples.MASK)) {
      Gradients g = adjoint.pullBack(problem, solution, Cotangents.ofActions(waves(2)));
      assertEquals(Gradients.Outcome.NOT_CONVERGED, g.samples()[0].outcome());
      assertTrue(g.samples()[0].masked());
    }
  }

  static Stream<Way> exactWays() {
    return Stream.of(Way.DENSE, Way.CG, Way.RICCATI, Way.GAUSS_NEWTON, Way.DLM);
  }
}
