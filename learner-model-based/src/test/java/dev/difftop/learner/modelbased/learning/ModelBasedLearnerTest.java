package dev.difftop.learner.modelbased.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.DataException;
import dev.difftop.api.Deadline;
import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Settings;
import dev.difftop.api.program.Tensor;
import dev.difftop.learner.modelbased.Exploration;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.HorizonSchedule;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learner.modelbased.NewtonSolver;
import dev.difftop.learner.modelbased.PolicyGradientSettings;
import dev.difftop.learner.modelbased.TinyEnvironment;
import dev.difftop.learner.modelbased.TinySetup;
import dev.difftop.learner.modelbased.acting.ActingValues;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.NonFiniteLossException;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.Position;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.model.ActingSettings;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.optim.Schedule;
import dev.difftop.learning.storage.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelBasedLearnerTest {
  private static final int EPISODE = TinyEnvironment.STEPS * TinyEnvironment.REPEAT;

  @TempDir private Path folder;
  private TinySetup setup;
  private int changes;

  @BeforeEach
  void newSetup() {
    setup = new TinySetup(folder.resolve("run"));
  }

  private static Map<String, double[]> values(ModelBasedLearner learner) {
    Map<String, double[]> out = new LinkedHashMap<>();
    learner.state().parameters().arrays().forEach((name, a) -> out.put(name, a.toDoubles()));
    learner
        .state()
        .copies()
        .forEach((copy, all) -> all.arrays().forEach((n, a) -> out.put(copy + n, a.toDoubles())));
    return out;
  }

  private static void assertSame(Map<String, double[]> expected, Map<String, double[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), 0, name));
  }

  // ------------------------------------------------------------------ updates

  @Test
  void anUpdateIsAnEpisodeAndItsGradientSteps() {
    setup.seedSteps = 2 * TinyEnvironment.STEPS;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      assertEquals(new Position(EPISODE, 1000, "environment step", EPISODE, 0), learner.position());
      learner.update();
      // Half a gradient step per agent step, those of the seed phase included.
      assertEquals(8, learner.position().gradientSteps());
      Metrics third = learner.update();
      assertEquals(3L * EPISODE, learner.position().environmentSteps());
      assertEquals(12, learner.position().gradientSteps());
      assertEquals(1, third.get("converged"));
      assertEquals(TinyEnvironment.STEPS, third.get("episode_length"));
      assertTrue(third.get("value_loss") > 0);
      assertTrue(third.get("plan_gradient_norm") > 0);
      assertTrue(third.get("realized_return") > 0);
      assertTrue(learner.measure().get("model_error") > 0);
    }
  }

  /** Everything that is reported is declared. */
  @Test
  void metricsAreDeclared() {
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      Metrics all = learner.update().and(learner.measure());
      var declared = learner.metrics().stream().map(Metric::name).collect(Collectors.toSet());
      assertTrue(declared.containsAll(all.values().keySet()), all.values().keySet().toString());
      assertEquals(declared, all.values().keySet());
    }
  }

  @Test
  void resumesToTheByte() {
    Map<String, double[]> expected;
    try (ModelBasedLearner whole = setup.learner()) {
      for (int i = 0; i < 4; i++) {
        whole.update();
      }
      expected = values(whole);
    }
    TinySetup other = new TinySetup(folder.resolve("other"));
    Path checkpoint = folder.resolve("checkpoint.h5");
    try (ModelBasedLearner half = other.learner()) {
      half.update();
      half.update();
      Checkpoint.save(
          checkpoint, "model-based", half.position(), half.state(), half.policy().state());
      // An episode that the checkpoint does not know.
      half.update();
    }
    try (ModelBasedLearner resumed = other.learner()) {
      Checkpoint.restore(checkpoint, resumed.state());
      resumed.measure();
      resumed.update();
      resumed.update();
      assertSame(expected, values(resumed));
      assertEquals(4L * EPISODE, resumed.position().done());
    }
  }

  /** It ends in the middle of an episode, or between gradient steps, and resumes to the byte. */
  @ParameterizedTest
  @ValueSource(strings = {"collecting", "updating"})
  void resumesAfterItEndsWhile(String phase) {
    Map<String, double[]> expected = trained(new TinySetup(folder.resolve("whole")));
    AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    setup.solver = () -> new Failing(left);
    Path checkpoint = folder.resolve("checkpoint.h5");
    try (ModelBasedLearner killed = setup.learner()) {
      killed.update();
      killed.update();
      Checkpoint.save(
          checkpoint, "model-based", killed.position(), killed.state(), killed.policy().state());
      // A solve for each of 8 steps of the episode, then one for each gradient step.
      left.set(phase.equals("collecting") ? 3 : TinyEnvironment.STEPS + 2);
      assertThrows(IllegalStateException.class, killed::update);
    }
    left.set(Integer.MAX_VALUE);
    try (ModelBasedLearner resumed = setup.learner()) {
      Checkpoint.restore(checkpoint, resumed.state());
      resumed.update();
      resumed.update();
      assertSame(expected, values(resumed));
    }
  }

  /** A solver that fails after some solves. */
  private record Failing(NewtonSolver inner, AtomicInteger left) implements Solver {
    Failing(AtomicInteger left) {
      this(new NewtonSolver(), left);
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      if (left.decrementAndGet() < 0) {
        throw new IllegalStateException("killed");
      }
      return inner.solve(problem, guess, deadline);
    }
  }

  /** Experience that cannot be written ends the run; the message names the folder. */
  @Test
  void experienceThatCannotBeWrittenIsAnError() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    try (ModelBasedLearner learner = setup.in(file).learner()) {
      DataException e = assertThrows(DataException.class, learner::update);
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
  }

  /** A run that was killed before its first episode was saved begins again. */
  @Test
  void resumesAtStepZero() {
    Path checkpoint = folder.resolve("checkpoint.h5");
    Map<String, double[]> expected;
    try (ModelBasedLearner killed = setup.learner()) {
      Checkpoint.save(
          checkpoint, "model-based", killed.position(), killed.state(), killed.policy().state());
      killed.update();
      killed.update();
      expected = values(killed);
    }
    try (ModelBasedLearner resumed = setup.learner()) {
      Checkpoint.restore(checkpoint, resumed.state());
      resumed.update();
      resumed.update();
      assertSame(expected, values(resumed));
    }
  }

  @Test
  void aPolicyLoadsWithoutItsLearner() {
    Map<String, Array> observation = Map.of("o", Array.of(new double[] {0.4, -0.2}, 2));
    PolicyState saved;
    double[] expected;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.update();
      saved = learner.policy().state();
      try (Policy.Actor actor = learner.policy().actor()) {
        actor.reset(RandomStream.root(1));
        expected = actor.act(observation);
      }
    }
    try (Policy policy = ModelBasedProvider.load(setup.config(), setup.context(), saved, dtype());
        Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      assertArrayEquals(expected, actor.act(observation), 0);
      assertEquals(saved.attributes(), policy.state().attributes());
    }
  }

  @Test
  void audits() {
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.update();
      Map<String, double[]> before = values(learner);
      GradientAudit.Report report = learner.audit().orElseThrow();
      assertEquals(0, report.leftOutCount());
      for (GradientAudit.Row row : report.rows()) {
        assertTrue(row.isGood(1e-3), row.toString());
      }
      assertSame(before, values(learner));
    }
  }

  private static dev.difftop.api.array.DType dtype() {
    return dev.difftop.api.array.DType.FLOAT64;
  }

  @Test
  void evaluatingChangesNothing() {
    Map<String, double[]> expected;
    try (ModelBasedLearner plain = setup.learner()) {
      plain.update();
      plain.update();
      expected = values(plain);
    }
    TinySetup other = new TinySetup(folder.resolve("other"));
    try (ModelBasedLearner evaluated = other.learner()) {
      evaluated.update();
      try (Policy.Actor actor = evaluated.policy().actor()) {
        actor.reset(RandomStream.root(5));
        actor.act(Map.of("o", Array.of(new double[] {0.4, -0.2}, 2)));
      }
      evaluated.measure();
      evaluated.update();
      assertSame(expected, values(evaluated));
    }
  }

  // ------------------------------------------------------------------ every option has an effect

  private void assertChanges(Consumer<TinySetup> change) {
    Map<String, double[]> plain = trained(new TinySetup(folder.resolve("plain " + changes)));
    TinySetup other = new TinySetup(folder.resolve("changed " + changes++));
    change.accept(other);
    Map<String, double[]> changed = trained(other);
    assertNotEquals(plain.get("cost/reward")[0], changed.get("cost/reward")[0]);
  }

  private static Map<String, double[]> trained(TinySetup setup) {
    try (ModelBasedLearner learner = setup.learner()) {
      for (int i = 0; i < 4; i++) {
        learner.update();
      }
      return values(learner);
    }
  }

  @Test
  void theHorizonScheduleCounts() {
    assertChanges(s -> s.horizon = new HorizonSchedule(2, 2, 0));
  }

  @Test
  void explorationCounts() {
    assertChanges(s -> s.exploration = new Exploration(Noise.NONE, 0.5, 0.1, 100));
  }

  @Test
  void leavingOutTheEndOfEpisodesCounts() {
    assertChanges(s -> s.leftOut = 1);
  }

  /** Learning rates follow their schedule over the gradient steps that the budget owes. */
  @Test
  void schedulesOfLearningRatesFollowTheBudget() {
    OptimizerSettings constant = OptimizerSettings.adam(1e-2);
    OptimizerSettings linear =
        Settings.of(constant).with(OptimizerSettings::schedule, Schedule.LINEAR).get();
    assertEquals(constant.learningRate(), linear.learningRate());
    setup.optimizer = linear;
    // Two episodes owe 8 gradient steps, of which the second update makes all.
    setup.budget = 2L * EPISODE;
    setup.seedSteps = 1;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      Map<String, double[]> before = values(learner);
      learner.update();
      assertNotEquals(before.get("cost/reward")[0], values(learner).get("cost/reward")[0]);
      // The rate is 0 from here on.
      before = values(learner);
      learner.update();
      assertArrayEquals(before.get("cost/reward"), values(learner).get("cost/reward"), 0);
    }
    assertChanges(s -> s.optimizer = linear);
  }

  @Test
  void thePolicyGradientCounts() {
    assertChanges(s -> s.gradient = TinySetup.gradient(0));
  }

  /** The losses of the model are switched off one by one, or all of them. */
  @Test
  void modelLossesCount() {
    assertChanges(s -> s.consistency = 0);
    assertChanges(s -> s.reward = 0);
    assertChanges(s -> s.value = 0);
  }

  /** Without any loss of the model, the gradient through the plan alone moves all of its parts. */
  @Test
  void thePolicyGradientAloneLearns() {
    setup.consistency = 0;
    setup.reward = 0;
    setup.value = 0;
    try (ModelBasedLearner learner = setup.learner()) {
      Map<String, double[]> before = values(learner);
      learner.update();
      learner.update();
      Map<String, double[]> after = values(learner);
      for (String part : List.of("encoder/w", "dynamics/w", "cost/reward", "cost/q1")) {
        assertNotEquals(before.get(part)[0], after.get(part)[0], part);
      }
    }
    setup.gradient = TinySetup.gradient(0);
    Map<String, double[]> neither = trained(setup.in(folder.resolve("neither")));
    try (ModelBasedLearner fresh = setup.in(folder.resolve("fresh")).learner()) {
      assertArrayEquals(values(fresh).get("encoder/w"), neither.get("encoder/w"), 0);
    }
  }

  /** An episode in each environment, then the gradient steps of all; threads change nothing. */
  @Test
  void actsInSeveralEnvironments() {
    setup.environments = 3;
    Map<String, double[]> expected;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      Metrics second = learner.update();
      assertEquals(6L * EPISODE, learner.position().done());
      assertEquals(6, second.get("episodes"));
      assertEquals(24, learner.position().gradientSteps());
      assertEquals(TinyEnvironment.STEPS, second.get("episode_length"));
      learner.update();
      learner.update();
      expected = values(learner);
    }
    setup.threads = 2;
    assertSame(expected, trained(setup.in(folder.resolve("threaded"))));
    assertChanges(s -> s.environments = 2);
  }

  /** Horizons of a policy that was loaded follow a constant schedule, and else what was reached. */
  @Test
  void aLoadedPolicyTakesTheHorizonOfAConstantSchedule() {
    ActingValues reached = new ActingValues(0, 1, 0.3);
    assertEquals(1, reached.with(new HorizonSchedule(1, 5, 100), 5).horizon());
    assertEquals(3, reached.with(new HorizonSchedule(3, 3, 100), 5).horizon());
    assertEquals(5, reached.with(new HorizonSchedule(1, 5, 0), 5).horizon());
    assertThrows(
        IllegalArgumentException.class, () -> reached.with(new HorizonSchedule(6, 6, 0), 5));
  }

  @Test
  void planningWithFreshNetworksCounts() {
    assertChanges(s -> s.planUntrained = true);
  }

  @Test
  void actionsAreClippedIfAskedFor() {
    for (boolean clip : new boolean[] {true, false}) {
      TinyEnvironment there = new TinyEnvironment();
      TinySetup loud = new TinySetup(folder.resolve("clip " + clip));
      loud.environment = () -> there;
      loud.exploration = new Exploration(Noise.SCHEDULE, 5, 5, 0);
      loud.clipActions = clip;
      try (ModelBasedLearner learner = loud.learner()) {
        learner.update();
        learner.update();
      }
      assertEquals(clip, there.actions().stream().allMatch(action -> Math.abs(action[0]) <= 1));
    }
  }

  // ------------------------------------------------------------------ faults

  @Test
  void anEpisodeWithoutAFiniteRewardIsDropped() {
    setup.environment =
        () -> new TinyEnvironment((e, t) -> e == 2 && t == 3 ? Double.NaN : 0.0, 99);
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      Metrics second = learner.update();
      assertEquals(1, second.get("dropped_episodes"));
      assertEquals(EPISODE + 3L * TinyEnvironment.REPEAT, learner.position().done());
      assertTrue(setup.notes.get(0).contains("the reward of agent step 3 is NaN"));
      learner.update();
      assertTrue(Double.isFinite(values(learner).get("cost/reward")[0]));
    }
  }

  @Test
  void manySuchEpisodesEndTheRun() {
    setup.environment = () -> new TinyEnvironment((e, t) -> Double.NaN, 99);
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.update();
      NonFiniteLossException e = assertThrows(NonFiniteLossException.class, learner::update);
      assertTrue(e.getMessage().contains("3 episodes in a row"), e.getMessage());
      assertTrue(e.getMessage().contains("NaN"), e.getMessage());
    }
  }

  @Test
  void stepsWithoutAFiniteGradientAreSkippedAndCounted() {
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.state().parameters().arrays().get("cost/reward").set(0, Double.NaN);
      double[] before = values(learner).get("cost/q1");
      NonFiniteLossException e = assertThrows(NonFiniteLossException.class, learner::update);
      assertTrue(e.getMessage().contains("3 gradient steps in a row"), e.getMessage());
      assertArrayEquals(before, values(learner).get("cost/q1"), 0);
    }
  }

  /** An end in a terminal state is kept as such; one by the time limit is not. */
  @Test
  void terminalStatesAreKept() {
    for (boolean terminal : new boolean[] {true, false}) {
      TinySetup other = new TinySetup(folder.resolve("terminal " + terminal));
      other.environment = () -> new TinyEnvironment((e, t) -> 0.0, terminal ? 4 : 99);
      other.seedSteps = 4;
      try (ModelBasedLearner learner = other.learner()) {
        learner.update();
        assertEquals(terminal, learner.replay().newestIsTerminated());
      }
    }
  }

  private void assertRefused(String part) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> setup.learner().close());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void refusesABudgetBelowTheSeedPhase() {
    setup.budget = 16;
    assertRefused("run.budget: found 16");
  }

  @Test
  void refusesHorizonsBeyondThePolicys() {
    setup.horizon = new HorizonSchedule(1, 3, 10);
    assertRefused("acting-horizon");
  }

  @Test
  void refusesAPolicyGradientWithoutCritics() {
    setup.observationValue = 0;
    assertRefused("observation-value");
  }

  @Test
  void refusesPlansFromAPlanBefore() {
    setup.gradient =
        Settings.of(TinySetup.gradient(0.3))
            .with(PolicyGradientSettings::start, ActingSettings.Start.CHEAPER)
            .get();
    assertRefused("policy-gradient.start: found cheaper");
  }

  @Test
  void refusesDrawnActionsOfASolverThatDrawsNone() {
    setup.executed = Executed.DRAWN;
    assertRefused("solver that samples");
  }

  @Test
  void refusesABasePolicy() {
    setup.start = ActingSettings.Start.BASE;
    assertRefused("policy.acting.start: found base");
  }

  @Test
  void refusesACostWithoutHeads() {
    setup.cost = Headless::new;
    setup.start = ActingSettings.Start.ZERO;
    setup.gradient = TinySetup.gradient(0);
    assertRefused("expected [reward, q1, q2, policy]");
  }

  private static final class Headless implements Cost {
    @Override
    public void declare(Declarations declare) {}

    @Override
    public Tensor stage(Stage at) {
      return at.u().square().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    assertSame(
        trained(new TinySetup(folder.resolve("one"))),
        trained(new TinySetup(folder.resolve("two"))));
  }

  @Test
  void schedulesAreLinear() {
    HorizonSchedule published = new HorizonSchedule(1, 5, 25000);
    assertEquals(1, published.at(0, 5));
    assertEquals(1, published.at(6249, 5));
    assertEquals(2, published.at(6250, 5));
    assertEquals(5, published.at(30000, 5));
    assertEquals(3, new HorizonSchedule(0, 0, 0).at(0, 3));
    assertEquals(0.275, new Exploration(Noise.NONE, 0.5, 0.05, 25000).at(12500), 1e-12);
    assertFalse(new Exploration(Noise.NONE, 0.5, 0.05, 0).at(0) > 0.05);
  }
}
