package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Deadline;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.Policy;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.ActingSettings.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where a planning policy's solves start, and when they end. */
final class PlanningPolicyTest {
  private static final Map<String, Array> SEEN = Map.of("o", Array.of(new double[] {0.5, -0.3}));

  private final Demonstrations data = new Demonstrations(new TinyParts.TinyData(12), List.of("o"));
  private final Normalizers normalizers = Normalizers.of(data);
  private final Recorder solver = new Recorder();

  /** Remembers what it was asked. */
  private static final class Recorder implements Solver {
    private final Solver inner = new TinyParts.NewtonSolver();
    private final List<double[]> guesses = new ArrayList<>();
    private final List<Boolean> past = new ArrayList<>();
    private double[] plan;

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      guesses.add(guess.toDoubles());
      past.add(deadline.isPast());
      Solution solution = inner.solve(problem, guess, deadline);
      plan = solution.actions().toDoubles();
      return solution;
    }
  }

  /** A cost with a policy: half of the first state. */
  private static final class Guided implements Cost {
    private final Cost cost = new TinyParts.TinyCost();

    @Override
    public void declare(Declarations declare) {
      cost.declare(declare);
    }

    @Override
    public Set<String> heads() {
      return Set.of("policy");
    }

    @Override
    public Tensor head(String name, Stage at) {
      return at.x().slice(1, 0, 1).times(0.5);
    }

    @Override
    public Tensor stage(Stage at) {
      return cost.stage(at);
    }

    @Override
    public Terminal terminal(Point at) {
      return cost.terminal(at);
    }
  }

  /** Always the same action. */
  private static final class Constant implements Policy {
    private int resets;

    @Override
    public void reset() {
      resets++;
    }

    @Override
    public double[] act(Map<String, Array> observation) {
      return new double[] {0.25};
    }

    @Override
    public void close() {}
  }

  private PlanningModel model(Cost cost) {
    ProblemSpec spec = new ProblemSpec(new TinyParts.TinyDynamics(), cost, 3, 0.9, 0.2);
    return new PlanningModel(
        new Interpreter(),
        DType.FLOAT64,
        new TinyParts.TinyEncoder(),
        spec,
        data.observationShapes(),
        RandomStream.root(3));
  }

  private PlanningPolicy policy(Cost cost, ActingSettings acting, Optional<Policy> base) {
    return new PlanningPolicy(model(cost), solver, normalizers, acting, base);
  }

  @Test
  void startsFromZero() {
    try (PlanningPolicy policy =
        policy(new TinyParts.TinyCost(), ActingSettings.from(Start.ZERO), Optional.empty())) {
      policy.act(SEEN);
      policy.act(SEEN);
    }
    assertArrayEquals(new double[3], solver.guesses.get(1));
  }

  @Test
  void startsFromThePlanShiftedUntilTheEpisodeEnds() {
    try (PlanningPolicy policy =
        policy(new TinyParts.TinyCost(), ActingSettings.from(Start.SHIFTED), Optional.empty())) {
      policy.act(SEEN);
      double[] plan = solver.plan;
      policy.act(SEEN);
      assertArrayEquals(new double[] {plan[1], plan[2], plan[2]}, solver.guesses.get(1));
      policy.reset();
      policy.act(SEEN);
      assertArrayEquals(new double[3], solver.guesses.get(2));
    }
  }

  @Test
  void startsFromThePolicyOfTheCost() {
    try (PlanningPolicy policy =
        policy(new Guided(), ActingSettings.from(Start.POLICY), Optional.empty())) {
      policy.act(SEEN);
      double[] guess = solver.guesses.get(0);
      assertTrue(guess[0] != 0 && guess[1] != guess[0]);
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    policy(
                        new TinyParts.TinyCost(),
                        ActingSettings.from(Start.POLICY),
                        Optional.empty()))
            .getMessage();
    assertTrue(message.contains("policy") && message.contains("[]"), message);
  }

  @Test
  void startsFromABasePolicyHeld() {
    Constant base = new Constant();
    try (PlanningPolicy policy =
        policy(new TinyParts.TinyCost(), ActingSettings.from(Start.BASE), Optional.of(base))) {
      policy.reset();
      policy.act(SEEN);
    }
    double held = normalizers.actions().normalize(0.25, 0);
    assertArrayEquals(new double[] {held, held, held}, solver.guesses.get(0), 1e-15);
    assertEquals(1, base.resets);
    assertThrows(
        IllegalArgumentException.class,
        () -> policy(new TinyParts.TinyCost(), ActingSettings.from(Start.BASE), Optional.empty()));
  }

  @Test
  void everySolveHasItsOwnDeadline() {
    long[] now = {0};
    try (PlanningPolicy policy =
        new PlanningPolicy(
            model(new TinyParts.TinyCost()),
            solver,
            normalizers,
            new ActingSettings(Start.ZERO, 2),
            Optional.empty(),
            () -> now[0] += 1_500_000)) {
      policy.act(SEEN);
      policy.act(SEEN);
    }
    try (PlanningPolicy policy =
        new PlanningPolicy(
            model(new TinyParts.TinyCost()),
            solver,
            normalizers,
            new ActingSettings(Start.ZERO, 1),
            Optional.empty(),
            () -> now[0] += 1_500_000)) {
      policy.act(SEEN);
    }
    assertEquals(List.of(false, false, true), solver.past);
  }
}
