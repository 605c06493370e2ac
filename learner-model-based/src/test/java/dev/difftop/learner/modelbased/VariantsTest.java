package dev.difftop.learner.modelbased;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Settings;
import dev.difftop.learner.modelbased.Exploration.Noise;
import dev.difftop.learner.modelbased.ModelBasedConfig.Executed;
import dev.difftop.learner.modelbased.ModelBasedConfig.LastAction;
import dev.difftop.learner.modelbased.PolicyGradientSettings.Source;
import dev.difftop.learner.modelbased.gradient.PolicyGradientStep;
import dev.difftop.learner.modelbased.learning.ModelBasedLearner;
import dev.difftop.learner.modelbased.learning.ModelBasedProvider;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.TrainingState;
import dev.difftop.learning.model.ActingSettings.Start;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.optim.OptimizerSettings;
import dev.difftop.learning.storage.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two planners, policy gradients along episodes, averaged parameters, ends of episodes. */
final class VariantsTest {
  private static final int SWITCH = 2 * TinyEnvironment.STEPS;

  @TempDir private Path folder;
  private TinySetup setup;
  private int folders;

  @BeforeEach
  void newSetup() {
    setup = new TinySetup(folder.resolve("run"));
  }

  private static void switchPlanner(TinySetup setup) {
    setup.plannerSwitch =
        Optional.of(
            new PlannerSwitch(
                SWITCH,
                setup.choose(LazySolver::new),
                Start.POLICY,
                0.05,
                Executed.BEST,
                Noise.NONE));
  }

  private static void followEpisodes(TinySetup setup) {
    setup.gradient =
        Settings.of(TinySetup.gradient(0.3))
            .with(PolicyGradientSettings::source, Source.EPISODE)
            .with(PolicyGradientSettings::gradientClip, 100.0)
            .with(PolicyGradientSettings::optimizer, Optional.of(OptimizerSettings.adam(1e-2)))
            .get();
  }

  private static Map<String, double[]> values(TrainingState state) {
    Map<String, double[]> out = new LinkedHashMap<>();
    state.parameters().arrays().forEach((name, a) -> out.put(name, a.toDoubles()));
    state
        .copies()
        .forEach((copy, all) -> all.arrays().forEach((n, a) -> out.put(copy + n, a.toDoubles())));
    return out;
  }

  private static void assertSame(Map<String, double[]> expected, Map<String, double[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), 0, name));
  }

  private Map<String, double[]> trained(Consumer<TinySetup> change, int updates) {
    TinySetup own = new TinySetup(folder.resolve("run " + folders++));
    change.accept(own);
    try (ModelBasedLearner learner = own.learner()) {
      for (int i = 0; i < updates; i++) {
        learner.update();
      }
      return values(learner.state());
    }
  }

  private static double weight(Map<String, double[]> values) {
    return values.get("cost/reward")[0];
  }

  // ------------------------------------------------------------------ two planners

  /** Nothing differs before the switch; after it every key of the second planner counts. */
  @Test
  void theSecondPlannerTakesOver() {
    Consumer<TinySetup> switched = VariantsTest::switchPlanner;
    assertSame(trained(s -> {}, 2), trained(switched, 2));
    Map<String, double[]> plain = trained(s -> {}, 4);
    Map<String, double[]> other = trained(switched, 4);
    assertNotEquals(weight(plain), weight(other));
    for (Consumer<PlannerSwitchChange> change : PlannerSwitchChange.all()) {
      Map<String, double[]> changed =
          trained(
              s -> {
                switchPlanner(s);
                change.accept(new PlannerSwitchChange(s));
              },
              4);
      assertNotEquals(weight(other), weight(changed));
    }
  }

  /** Changes of one key. */
  private record PlannerSwitchChange(TinySetup setup) {
    static java.util.List<Consumer<PlannerSwitchChange>> all() {
      return java.util.List.of(
          c -> c.set(PlannerSwitch::after, (long) SWITCH + 1),
          c -> c.set(PlannerSwitch::noise, Noise.SCHEDULE),
          c -> c.set(PlannerSwitch::startNoise, 0.5),
          c -> c.set(PlannerSwitch::start, Start.ZERO),
          c -> c.set(PlannerSwitch::solver, c.setup.choose(NewtonSolver::new)));
    }

    <T> void set(Function<PlannerSwitch, T> key, T value) {
      setup.plannerSwitch =
          Optional.of(Settings.of(setup.plannerSwitch.orElseThrow()).with(key, value).get());
    }
  }

  @Test
  void aLoadedPolicyActsAsFarAsItWasTrained() {
    switchPlanner(setup);
    PolicyState early;
    PolicyState late;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      early = learner.policy().state();
      learner.update();
      learner.update();
      late = learner.policy().state();
    }
    // The second solver returns its guess: the policy's actions, not minima.
    assertNotEquals(
        action(early),
        action(new PolicyState(early.signature(), early.arrays(), late.attributes())));
  }

  private double action(PolicyState state) {
    try (Policy policy =
            ModelBasedProvider.load(setup.config(), setup.context(), state, DType.FLOAT64);
        Policy.Actor actor = policy.actor()) {
      actor.reset(RandomStream.root(1));
      return actor.act(Map.of("o", Array.of(new double[] {0.4, -0.2}, 2)))[0];
    }
  }

  private void assertRefused(String part) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> setup.learner().close());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void refusesASecondPlannerThatCannotBe() {
    switchPlanner(setup);
    PlannerSwitch good = setup.plannerSwitch.get();
    setup.plannerSwitch =
        Optional.of(Settings.of(good).with(PlannerSwitch::executed, Executed.DRAWN).get());
    assertRefused("learner.planner-switch.solver");
    setup.plannerSwitch =
        Optional.of(Settings.of(good).with(PlannerSwitch::start, Start.BASE).get());
    assertRefused("learner.planner-switch.start: found base");
  }

  // ------------------------------------------------------------------ gradients along episodes

  /** The gradient follows planned episodes alone, those after a switch if there is one. */
  @Test
  void followsEpisodes() {
    followEpisodes(setup);
    try (ModelBasedLearner learner = setup.learner()) {
      assertFalse(learner.update().values().containsKey("plan_loss"));
      Metrics second = learner.update();
      assertTrue(second.get("plan_gradient_norm") > 0);
      assertEquals(1, second.get("plan_converged"));
      assertEquals(1, learner.state().optimizers().get("policy-gradient").steps());
    }
    switchPlanner(setup.in(folder.resolve("switched")));
    setup.plannerSwitch =
        Optional.of(
            Settings.of(setup.plannerSwitch.get())
                .with(PlannerSwitch::solver, setup.choose(NewtonSolver::new))
                .get());
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      assertFalse(learner.update().values().containsKey("plan_loss"));
      assertTrue(learner.update().get("plan_gradient_norm") > 0);
    }
  }

  /** What the gradient moves is what it is a gradient of. */
  @Test
  void movesTheModelAlone() {
    followEpisodes(setup);
    // No gradient step of the losses yet.
    setup.updatesPerStep = 0.001;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      giveCriticsAnOpinion(learner);
      Map<String, double[]> before = values(learner.state());
      learner.update();
      Map<String, double[]> after = values(learner.state());
      assertEquals(0, learner.position().gradientSteps());
      for (String name : learner.state().parameters().arrays().keySet()) {
        boolean moves = !name.equals("cost/policy") && !name.startsWith("observation-critics/");
        assertEquals(moves, before.get(name)[0] != after.get(name)[0], name);
      }
    }
  }

  /** Fresh critics are zero everywhere. */
  private static void giveCriticsAnOpinion(ModelBasedLearner learner) {
    RandomStream random = RandomStream.root(6);
    learner
        .state()
        .parameters()
        .below("observation-critics/")
        .forEach(
            (name, values) -> {
              RandomStream own = random.child(name);
              for (int i = 0; i < values.size(); i++) {
                values.set(i, values.get(i) + 0.3 * own.nextGaussian());
              }
            });
  }

  /** Weight, clip and optimiser count, and threads of several environments do not. */
  @Test
  void itsKeysCount() {
    Map<String, double[]> plain = trained(VariantsTest::followEpisodes, 3);
    OptimizerSettings slower = OptimizerSettings.adam(1e-3);
    OptimizerSettings descent =
        Settings.of(slower).with(OptimizerSettings::method, OptimizerSettings.Method.SGD).get();
    assertNotEquals(weight(plain), weight(trained(s -> follow(s, slower, 0.3, 100), 3)));
    // Adam does not know the scale of a gradient; descent does.
    Map<String, double[]> descended = trained(s -> follow(s, descent, 0.3, 100), 3);
    assertNotEquals(weight(descended), weight(trained(s -> follow(s, descent, 0.6, 100), 3)));
    assertNotEquals(weight(descended), weight(trained(s -> follow(s, descent, 0.3, 1e-3), 3)));
    Consumer<TinySetup> several =
        s -> {
          followEpisodes(s);
          s.environments = 3;
        };
    assertSame(trained(several, 3), trained(several.andThen(s -> s.threads = 2), 3));
  }

  private static void follow(
      TinySetup setup, OptimizerSettings optimizer, double weight, double clip) {
    followEpisodes(setup);
    setup.gradient =
        Settings.of(setup.gradient)
            .with(PolicyGradientSettings::optimizer, Optional.of(optimizer))
            .with(PolicyGradientSettings::weight, weight)
            .with(PolicyGradientSettings::gradientClip, clip)
            .get();
  }

  /** On replayed states too the gradient may have an optimiser of its own. */
  @Test
  void anOptimizerOfItsOwnFollowsReplayedPlans() {
    Consumer<TinySetup> own =
        s ->
            s.gradient =
                Settings.of(s.gradient)
                    .with(
                        PolicyGradientSettings::optimizer,
                        Optional.of(OptimizerSettings.adam(1e-2)))
                    .get();
    assertNotEquals(weight(trained(s -> {}, 3)), weight(trained(own, 3)));
    own.accept(setup);
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.update();
      assertEquals(
          learner.position().gradientSteps(),
          learner.state().optimizers().get("policy-gradient").steps());
    }
  }

  /** States without a finite gradient are left out, and counted as masked. */
  @Test
  void criticsThatAreNotFiniteTeachNothing() {
    followEpisodes(setup);
    setup.updatesPerStep = 0.001;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      giveCriticsAnOpinion(learner);
      learner
          .state()
          .parameters()
          .below("observation-critics/")
          .values()
          .forEach(a -> a.fill(Double.NaN));
      double[] before = values(learner.state()).get("cost/q1");
      assertEquals(1, learner.update().get("plan_masked"));
      assertArrayEquals(before, values(learner.state()).get("cost/q1"), 0);
    }
  }

  /** A gradient that overflows changes nothing and is forgotten. */
  @Test
  void aStepAlongAGradientThatIsNotFiniteIsNone() {
    try (ModelBasedLearner learner = setup.learner()) {
      Parameters parameters = learner.state().parameters();
      PolicyGradientStep step =
          new PolicyGradientStep(OptimizerSettings.adam(0.1), 1, 10, parameters);
      double before = parameters.arrays().get("cost/q1").get(0);
      step.sums().arrays().get("cost/q1").fill(3);
      assertTrue(Double.isNaN(step.take(Double.NaN)));
      assertEquals(before, parameters.arrays().get("cost/q1").get(0));
      assertEquals(0, step.optimizer().steps());
      step.sums().arrays().get("cost/q1").fill(3);
      step.take(6);
      assertEquals(before - 0.1, parameters.arrays().get("cost/q1").get(0), 1e-6);
    }
  }

  /** An episode that is dropped has no gradient. */
  @Test
  void aDroppedEpisodeIsNotFollowed() {
    followEpisodes(setup);
    setup.environment =
        () -> new TinyEnvironment((e, t) -> e == 2 && t == 5 ? Double.NaN : 0.0, 99);
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      learner.update();
      assertEquals(0, learner.state().optimizers().get("policy-gradient").steps());
      learner.update();
      assertEquals(1, learner.state().optimizers().get("policy-gradient").steps());
    }
  }

  @Test
  void refusesEpisodesThatCannotBeFollowed() {
    followEpisodes(setup);
    PolicyGradientSettings good = setup.gradient;
    setup.gradient =
        Settings.of(good).with(PolicyGradientSettings::optimizer, Optional.empty()).get();
    assertRefused("learner.policy-gradient.optimizer: found none");
    setup.gradient =
        Settings.of(good)
            .with(PolicyGradientSettings::solver, Optional.of(setup.choose(NewtonSolver::new)))
            .get();
    assertRefused("learner.policy-gradient.solver: found");
    OptimizerSettings averaging =
        Settings.of(OptimizerSettings.adam(1e-2)).with(OptimizerSettings::averaging, 0.9).get();
    setup.gradient =
        Settings.of(good).with(PolicyGradientSettings::optimizer, Optional.of(averaging)).get();
    assertRefused("learner.policy-gradient.optimizer.averaging");
  }

  // ------------------------------------------------------------------ averaged parameters

  @Test
  void evaluatedPoliciesActWithTheAverage() {
    setup.averaging = 0.9;
    PolicyState saved;
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      Map<String, double[]> first = values(learner.state());
      learner.update();
      Map<String, double[]> later = values(learner.state());
      String copy = TrainingState.AVERAGED + "cost/reward";
      double moved = later.get(copy)[0] - first.get(copy)[0];
      double whole = later.get("cost/reward")[0] - first.get(copy)[0];
      assertTrue(0 < moved / whole && moved / whole < 1, moved + " of " + whole);
      saved = learner.policy().state();
      assertEquals(later.get(copy)[0], saved.array("cost/reward").get(0));
    }
    // What is collected, and so what is learned, is as without it.
    Map<String, double[]> plain = trained(s -> {}, 3);
    Map<String, double[]> averaged = trained(s -> s.averaging = 0.9, 3);
    plain.forEach((name, values) -> assertArrayEquals(values, averaged.get(name), 0, name));
    assertNotEquals(
        averaged.get(TrainingState.AVERAGED + "cost/reward")[0],
        trained(s -> s.averaging = 0.5, 3).get(TrainingState.AVERAGED + "cost/reward")[0]);
  }

  // ------------------------------------------------------------------ plans that end

  @Test
  void theLastActionOfPlansMayBeOptimized() {
    Map<String, double[]> free = trained(s -> s.lastAction = LastAction.OPTIMIZED, 3);
    assertNotEquals(weight(trained(s -> {}, 3)), weight(free));
  }

  /** A head for terminal states learns them, and plans that know of them differ. */
  @Test
  void terminalStatesArePredicted() {
    Consumer<TinySetup> ends =
        s -> {
          s.dynamics = TinyHeads.EndingDynamics::new;
          s.environment = () -> new TinyEnvironment((e, t) -> 0.0, 4);
          s.seedSteps = 8;
          s.updatesPerStep = 4;
        };
    ends.accept(setup);
    try (ModelBasedLearner learner = setup.learner()) {
      learner.update();
      double first = learner.update().get("termination_loss");
      double last = first;
      for (int i = 0; i < 10; i++) {
        last = learner.update().get("termination_loss");
      }
      assertTrue(last < 0.9 * first, first + " to " + last);
    }
    Map<String, double[]> known = trained(ends, 3);
    assertNotEquals(
        known.get("dynamics/end")[0],
        trained(ends.andThen(s -> s.termination = 0.1), 3).get("dynamics/end")[0]);
    assertNotEquals(
        weight(known),
        weight(trained(ends.andThen(s -> s.dynamics = TinyHeads.TinyDynamics::new), 3)));
  }

  // ------------------------------------------------------------------ resuming

  /** With everything at once. */
  @Test
  void resumesToTheByte() {
    Consumer<TinySetup> all =
        s -> {
          switchPlanner(s);
          s.plannerSwitch =
              Optional.of(
                  Settings.of(s.plannerSwitch.get())
                      .with(PlannerSwitch::solver, s.choose(NewtonSolver::new))
                      .get());
          followEpisodes(s);
          s.averaging = 0.9;
          s.dynamics = TinyHeads.EndingDynamics::new;
          s.lastAction = LastAction.OPTIMIZED;
        };
    Map<String, double[]> expected = trained(all, 6);
    all.accept(setup);
    Path checkpoint = folder.resolve("checkpoint.h5");
    try (ModelBasedLearner half = setup.learner()) {
      for (int i = 0; i < 4; i++) {
        half.update();
      }
      Checkpoint.save(
          checkpoint, "model-based", half.position(), half.state(), half.policy().state());
      half.update();
    }
    try (ModelBasedLearner resumed = setup.learner()) {
      Checkpoint.restore(checkpoint, resumed.state());
      resumed.update();
      resumed.update();
      assertSame(expected, values(resumed.state()));
    }
  }
}
