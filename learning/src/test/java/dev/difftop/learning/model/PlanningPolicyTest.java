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
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
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
  private static final PolicySignature SIGNATURE =
      new PolicySignature(
          Map.of("o", new EnvironmentSpec.Observable(Shape.of(2), DType.FLOAT64)), 1);
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
    public PolicySignature signature() {
      return SIGNATURE;
    }

    @Override
    public Actor actor() {
      return new Actor() {
        @Override
        public void reset(RandomStream random) {
          resets++;
        }

        @Override
        public double[] act(Map<String, Array> observation) {
          return new double[] {0.25};
        }
      };
    }

    @Override
    public PolicyState state() {
      return PolicyState.of(SIGNATURE, Map.of());
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

  private Policy.Actor actor(Cost cost, ActingSettings acting, Optional<Policy> base) {
    Policy.Actor actor =
        new PlanningPolicy(model(cost), () -> solver, SIGNATURE, normalizers, acting, base).actor();
    actor.reset(RandomStream.root(1));
    return actor;
  }

  private Policy.Actor actor(Cost cost, Start start) {
    return actor(cost, ActingSettings.from(start), Optional.empty());
  }

  @Test
  void startsFromZero() {
    try (Policy.Actor actor = actor(new TinyParts.TinyCost(), Start.ZERO)) {
      actor.act(SEEN);
      actor.act(SEEN);
      assertEquals(1, actor.statistics().get("converged"));
    }
    assertArrayEquals(new double[3], solver.guesses.get(1));
  }

  @Test
  void startsFromThePlanShiftedUntilTheEpisodeEnds() {
    try (Policy.Actor actor = actor(new TinyParts.TinyCost(), Start.SHIFTED)) {
      actor.act(SEEN);
      double[] plan = solver.plan;
      actor.act(SEEN);
      assertArrayEquals(new double[] {plan[1], plan[2], plan[2]}, solver.guesses.get(1));
      actor.reset(RandomStream.root(2));
      actor.act(SEEN);
      assertArrayEquals(new double[3], solver.guesses.get(2));
    }
  }

  /** Two actors of one policy know nothing of each other. */
  @Test
  void warmStartsBelongToAnActor() {
    PlanningPolicy policy =
        new PlanningPolicy(
            model(new TinyParts.TinyCost()),
            () -> solver,
            SIGNATURE,
            normalizers,
            ActingSettings.from(Start.SHIFTED),
            Optional.empty());
    try (Policy.Actor one = policy.actor();
        Policy.Actor two = policy.actor()) {
      one.reset(RandomStream.root(1));
      two.reset(RandomStream.root(1));
      one.act(SEEN);
      two.act(SEEN);
    }
    assertArrayEquals(new double[3], solver.guesses.get(1));
  }

  /** First from the policy; then from the last plan, which costs less than this policy. */
  @Test
  void startsFromTheCheaperOfTwo() {
    try (Policy.Actor followed = actor(new Guided(), Start.POLICY)) {
      followed.act(SEEN);
    }
    try (Policy.Actor actor = actor(new Guided(), Start.CHEAPER)) {
      actor.act(SEEN);
      double[] plan = solver.plan;
      actor.act(SEEN);
      assertArrayEquals(solver.guesses.get(0), solver.guesses.get(1));
      assertArrayEquals(new double[] {plan[1], plan[2], plan[2]}, solver.guesses.get(2));
    }
  }

  @Test
  void startsFromRandomActions() {
    try (Policy.Actor actor = actor(new TinyParts.TinyCost(), Start.RANDOM)) {
      actor.act(SEEN);
      actor.act(SEEN);
      actor.reset(RandomStream.root(1));
      actor.act(SEEN);
    }
    double[] first = solver.guesses.get(0);
    assertTrue(first[0] != first[1] && Math.abs(first[0]) <= 1);
    assertTrue(first[0] != solver.guesses.get(1)[0]);
    assertArrayEquals(first, solver.guesses.get(2));
  }

  @Test
  void startsFromThePolicyOfTheCost() {
    try (Policy.Actor actor = actor(new Guided(), Start.POLICY)) {
      actor.act(SEEN);
      double[] guess = solver.guesses.get(0);
      assertTrue(guess[0] != 0 && guess[1] != guess[0]);
    }
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> actor(new TinyParts.TinyCost(), Start.POLICY))
            .getMessage();
    assertTrue(message.contains("policy") && message.contains("[]"), message);
  }

  @Test
  void startsFromABasePolicyHeld() {
    Constant base = new Constant();
    try (Policy.Actor actor =
        actor(new TinyParts.TinyCost(), ActingSettings.from(Start.BASE), Optional.of(base))) {
      actor.act(SEEN);
    }
    double held = normalizers.actions().normalize(0.25, 0);
    assertArrayEquals(new double[] {held, held, held}, solver.guesses.get(0), 1e-15);
    assertEquals(1, base.resets);
    assertThrows(IllegalArgumentException.class, () -> actor(new TinyParts.TinyCost(), Start.BASE));
  }

  /** An observation of another shape or element type, or none, is refused by name. */
  @Test
  void refusesOtherObservations() {
    try (Policy.Actor actor = actor(new TinyParts.TinyCost(), Start.ZERO)) {
      for (Map<String, Array> other :
          List.of(
              Map.<String, Array>of(),
              Map.of("o", Array.of(new double[] {1, 2, 3}, 3)),
              Map.of("o", Array.zeros(DType.FLOAT32, Shape.of(2))))) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> actor.act(other)).getMessage();
        assertTrue(message.contains("observation o"), message);
      }
    }
  }

  @Test
  void everySolveHasItsOwnDeadline() {
    long[] now = {0};
    for (int deadlineMs : new int[] {2, 1}) {
      PlanningPolicy policy =
          new PlanningPolicy(
                  model(new TinyParts.TinyCost()),
                  () -> solver,
                  SIGNATURE,
                  normalizers,
                  new ActingSettings(Start.ZERO, deadlineMs),
                  Optional.empty())
              .withClock(() -> now[0] += 1_500_000);
      try (Policy.Actor actor = policy.actor()) {
        actor.reset(RandomStream.root(1));
        for (int i = 0; i < deadlineMs; i++) {
          actor.act(SEEN);
        }
      }
    }
    assertEquals(List.of(false, false, true), solver.past);
  }
}
