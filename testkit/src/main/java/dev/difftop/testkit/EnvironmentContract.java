package dev.difftop.testkit;

import static dev.difftop.testkit.Numeric.assertFinite;
import static dev.difftop.testkit.Numeric.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What every environment promises. Tests of {@link Environment.Simulator} and {@link
 * Environment.Camera} run where the environment has them.
 *
 * @param <C> configuration record
 */
public abstract class EnvironmentContract<C extends Record>
    extends ProviderContract<C, Environment> {
  private static final int STEPS = 12;
  private Environment environment;

  @Override
  protected abstract EnvironmentProvider<C> provider();

  /**
   * Whether images can be made on this machine; asked only of an environment with a camera. A
   * plugin may look for a graphics driver here.
   */
  protected boolean canRender() {
    return true;
  }

  @BeforeEach
  void start() {
    environment = make();
  }

  @AfterEach
  void stop() {
    environment.close();
  }

  private static RandomStream stream(long seed) {
    return RandomStream.root(seed).child("environment");
  }

  /** Actions in the box, other ones for every seed. */
  private double[][] actions(int count, long seed) {
    RandomStream random = RandomStream.root(seed).child("actions");
    double[][] out = new double[count][environment.spec().actionSize()];
    for (double[] action : out) {
      Arrays.setAll(action, i -> 2 * random.nextDouble() - 1);
    }
    return out;
  }

  private static List<TimeStep> play(Environment e, RandomStream random, double[][] actions) {
    List<TimeStep> steps = new ArrayList<>(List.of(e.reset(random)));
    for (double[] action : actions) {
      if (steps.get(steps.size() - 1).isLast()) {
        break;
      }
      steps.add(e.step(action));
    }
    return steps;
  }

  private static void assertSame(List<TimeStep> expected, List<TimeStep> found) {
    assertEquals(expected.size(), found.size(), "number of steps");
    for (int i = 0; i < expected.size(); i++) {
      TimeStep a = expected.get(i);
      TimeStep b = found.get(i);
      assertSameObservation(a.observation(), b.observation(), "step " + i);
      assertSameBits(new double[] {a.reward()}, new double[] {b.reward()}, "reward of step " + i);
      assertEquals(a.end(), b.end(), "end at step " + i);
    }
  }

  private static void assertSameObservation(
      Map<String, Array> expected, Map<String, Array> found, String what) {
    assertEquals(expected.keySet(), found.keySet(), what);
    expected.forEach(
        (name, array) ->
            assertSameBits(array.toDoubles(), found.get(name).toDoubles(), what + ": " + name));
  }

  @Test
  void describesItself() {
    EnvironmentSpec spec = environment.spec();
    assertFalse(spec.task().isBlank());
    assertFalse(spec.observations().isEmpty(), "no observations");
    assertTrue(spec.actionSize() >= 1, "action size " + spec.actionSize());
    assertTrue(spec.controlTimestep() > 0, "control time step " + spec.controlTimestep());
    assertTrue(spec.episodeSteps() >= 1, "episode steps " + spec.episodeSteps());
    assertTrue(spec.actionRepeat() >= 1, "action repeat " + spec.actionRepeat());
  }

  @Test
  void observesWhatItsSpecSays() {
    EnvironmentSpec spec = environment.spec();
    for (TimeStep step : play(environment, stream(1), actions(STEPS, 1))) {
      assertEquals(
          List.copyOf(spec.observations().keySet()), List.copyOf(step.observation().keySet()));
      spec.observations()
          .forEach(
              (name, expected) -> {
                Array found = step.observation().get(name);
                assertEquals(expected.shape(), found.shape(), name);
                assertEquals(expected.dtype(), found.dtype(), name);
                assertFinite(found.toDoubles(), name);
              });
      assertFinite(new double[] {step.reward()}, "reward");
    }
  }

  @Test
  void anEpisodeStartsWithoutReward() {
    TimeStep first = environment.reset(stream(1));
    assertEquals(0, first.reward());
    assertEquals(TimeStep.End.NONE, first.end());
    assertEquals("", first.reason());
  }

  @Test
  void theSameStreamGivesTheSameEpisode() {
    double[][] actions = actions(STEPS, 2);
    List<TimeStep> expected = play(environment, stream(2), actions);
    assertSame(expected, play(environment, stream(2), actions));
    Environment other = make();
    try {
      play(other, stream(3), actions(STEPS, 3));
      assertSame(expected, play(other, stream(2), actions));
    } finally {
      other.close();
    }
  }

  @Test
  void environmentsSideBySideDoNotTouchEachOther() {
    double[][] actions = actions(STEPS, 4);
    List<TimeStep> expected = play(environment, stream(4), actions);
    Environment other = make();
    try {
      List<TimeStep> found = new ArrayList<>(List.of(environment.reset(stream(4))));
      TimeStep now = other.reset(stream(5));
      double[][] others = actions(STEPS, 5);
      for (int i = 0; i < expected.size() - 1; i++) {
        now = now.isLast() ? other.reset(stream(5)) : other.step(others[i]);
        found.add(environment.step(actions[i]));
      }
      assertSame(expected, found);
    } finally {
      other.close();
    }
  }

  @Test
  void observationsBelongToTheReceiver() {
    environment.reset(stream(6));
    TimeStep first = environment.step(actions(1, 6)[0]);
    Map<String, double[]> before = new LinkedHashMap<>();
    first.observation().forEach((name, array) -> before.put(name, array.toDoubles()));
    TimeStep second = environment.step(actions(2, 7)[1]);
    before.forEach(
        (name, values) ->
            assertSameBits(values, first.observation().get(name).toDoubles(), name + " later"));
    List<TimeStep> expected = play(environment, stream(6), actions(2, 7));
    second.observation().values().forEach(array -> array.fill(0));
    assertSame(expected, play(environment, stream(6), actions(2, 7)));
  }

  @Test
  void actionsOutsideTheBoxAreClampedAndLeftAlone() {
    int nu = environment.spec().actionSize();
    double[] wide = new double[nu];
    double[] edge = new double[nu];
    Arrays.setAll(wide, i -> i % 2 == 0 ? 7 : -3);
    Arrays.setAll(edge, i -> i % 2 == 0 ? 1 : -1);
    double[] kept = wide.clone();
    List<TimeStep> expected = play(environment, stream(8), new double[][] {edge, edge});
    assertSame(expected, play(environment, stream(8), new double[][] {wide, wide}));
    assertSameBits(kept, wide, "the action");
  }

  private static void refused(Executable wrong, String... named) {
    String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }

  @Test
  void wrongActionsAreRefusedAndChangeNothing() {
    int nu = environment.spec().actionSize();
    double[][] actions = actions(STEPS, 9);
    List<TimeStep> expected = play(environment, stream(9), actions);
    environment.reset(stream(9));
    List<TimeStep> found = new ArrayList<>(List.of(expected.get(0)));
    for (int i = 0; i < expected.size() - 1; i++) {
      refused(
          () -> environment.step(new double[nu + 1]),
          Integer.toString(nu + 1),
          Integer.toString(nu));
      refused(() -> environment.step(new double[0]), "0", Integer.toString(nu));
      double[] nan = new double[nu];
      nan[nu - 1] = Double.NaN;
      refused(() -> environment.step(nan), "NaN", Integer.toString(nu - 1));
      found.add(environment.step(actions[i]));
    }
    assertSame(expected, found);
  }

  @Test
  void steppingBeforeTheFirstResetIsRefused() {
    double[] action = actions(1, 1)[0];
    assertThrows(IllegalStateException.class, () -> environment.step(action));
  }

  @Test
  void anEpisodeEndsAndTheNextOneStarts() {
    int length = environment.spec().episodeSteps();
    List<TimeStep> steps = play(environment, stream(10), actions(length + 5, 10));
    TimeStep last = steps.get(steps.size() - 1);
    assertTrue(last.isLast(), "no end after " + length + " steps");
    if (last.end() == TimeStep.End.TRUNCATED) {
      assertEquals(length, steps.size() - 1, "steps up to the time limit");
    }
    assertEquals(
        last.end() == TimeStep.End.FAILED, !last.reason().isEmpty(), "reason of a failure");
    double[] action = actions(1, 1)[0];
    assertThrows(IllegalStateException.class, () -> environment.step(action));
    assertEquals(TimeStep.End.NONE, environment.reset(stream(11)).end());
    assertEquals(2, play(environment, stream(12), actions(1, 12)).size());
  }

  @Test
  void aClosedEnvironmentIsNotUsed() {
    double[] action = actions(1, 1)[0];
    environment.reset(stream(1));
    environment.close();
    environment.close();
    assertThrows(IllegalStateException.class, () -> environment.step(action));
    assertThrows(IllegalStateException.class, () -> environment.reset(stream(1)));
  }

  private Environment.Simulator simulator() {
    assumeTrue(environment instanceof Environment.Simulator, "its state cannot be set");
    return (Environment.Simulator) environment;
  }

  @Test
  void theStateOfASimulatorCanBeReadAndSet() {
    Environment.Simulator simulator = simulator();
    double[][] actions = actions(3, 13);
    play(environment, stream(13), actions);
    double[] state = simulator.simulatorState();
    assertEquals(simulator.simulatorStateSize(), state.length);
    environment.reset(stream(14));
    simulator.setSimulatorState(state);
    assertSameBits(state, simulator.simulatorState(), "state");
    Map<String, Array> observed = simulator.observe();
    assertEquals(environment.spec().observations().keySet(), observed.keySet());
    List<TimeStep> futures = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      simulator.setSimulatorState(state);
      assertSameObservation(observed, simulator.observe(), "observation of one state");
      futures.add(environment.step(actions[2]));
    }
    assertSame(futures.subList(0, 1), futures.subList(1, 2));
  }

  @Test
  void theStateHandedOutIsACopy() {
    Environment.Simulator simulator = simulator();
    environment.reset(stream(16));
    double[] state = simulator.simulatorState();
    double[] kept = state.clone();
    simulator.setSimulatorState(state);
    Arrays.fill(state, 0.1);
    assertSameBits(kept, simulator.simulatorState(), "state");
  }

  @Test
  void aStateOfAnotherLengthIsRefused() {
    Environment.Simulator simulator = simulator();
    environment.reset(stream(1));
    int size = simulator.simulatorStateSize();
    refused(
        () -> simulator.setSimulatorState(new double[size + 1]),
        Integer.toString(size + 1),
        Integer.toString(size));
  }

  private Environment.Camera camera() {
    assumeTrue(environment instanceof Environment.Camera, "it has no camera");
    assumeTrue(canRender(), "no images on this machine");
    return (Environment.Camera) environment;
  }

  @Test
  void imagesHaveTheSizeAskedFor() {
    Environment.Camera camera = camera();
    environment.reset(stream(1));
    assertFalse(camera.cameras().isEmpty(), "no cameras");
    for (String name : camera.cameras()) {
      Array image = camera.render(48, 32, name);
      assertEquals(Shape.of(32, 48, 3), image.shape());
      assertEquals(DType.UINT8, image.dtype());
      Array depth = camera.renderDepth(48, 32, name);
      assertEquals(Shape.of(32, 48), depth.shape());
      assertEquals(DType.FLOAT32, depth.dtype());
      for (double distance : depth.toDoubles()) {
        assertTrue(distance >= 0, "depth " + distance);
      }
    }
  }

  @Test
  void aCameraThatIsNotThereIsRefusedWithThoseThatAre() {
    Environment.Camera camera = camera();
    environment.reset(stream(1));
    refused(
        () -> camera.render(48, 32, "no-such-camera"), "no-such-camera", camera.cameras().get(0));
  }

  @Test
  void takingImagesDoesNotChangeWhatFollows() {
    Environment.Camera camera = camera();
    double[][] actions = actions(3, 15);
    List<TimeStep> expected = play(environment, stream(15), actions);
    List<TimeStep> found = new ArrayList<>(List.of(environment.reset(stream(15))));
    for (int i = 0; i < expected.size() - 1; i++) {
      camera.render(16, 16, camera.cameras().get(0));
      found.add(environment.step(actions[i]));
    }
    assertSame(expected, found);
  }

  @Test
  void aGoalIsThereAlwaysOrNever() {
    assumeTrue(environment instanceof Environment.Goal, "its task has no goal");
    Environment.Goal goal = (Environment.Goal) environment;
    TimeStep now = environment.reset(stream(17));
    boolean present = goal.success().isPresent();
    double[][] actions = actions(3, 17);
    for (int t = 0; t < actions.length && !now.isLast(); t++) {
      now = environment.step(actions[t]);
      assertEquals(present, goal.success().isPresent(), "whether there is a goal");
    }
    environment.close();
    assertThrows(IllegalStateException.class, goal::success);
  }

  @Test
  void anOutcomeIsOneOfThoseNamedAndStays() {
    assumeTrue(environment instanceof Environment.Outcomes, "its task distinguishes no outcomes");
    Environment.Outcomes outcomes = (Environment.Outcomes) environment;
    List<String> names = outcomes.outcomes();
    assertEquals(names.size(), names.stream().distinct().count(), "names " + names);
    assertEquals(Optional.empty(), outcomes.outcome(), "before the first reset");
    TimeStep now = environment.reset(stream(20));
    Optional<String> decided = outcomes.outcome();
    double[][] actions = actions(environment.spec().episodeSteps(), 20);
    for (int t = 0; t < actions.length && !now.isLast(); t++) {
      now = environment.step(actions[t]);
      Optional<String> found = outcomes.outcome();
      found.ifPresent(name -> assertTrue(names.contains(name), name + " is none of " + names));
      if (decided.isPresent()) {
        assertEquals(decided, found, "an outcome that was decided");
      }
      decided = found;
    }
    assertEquals(names, outcomes.outcomes(), "the names are fixed");
    environment.close();
    assertThrows(IllegalStateException.class, outcomes::outcome);
  }

  @Test
  void aPlanarPathHasAPointInEveryState() {
    assumeTrue(environment instanceof Environment.Planar, "an episode is no path in a plane");
    Environment.Planar planar = (Environment.Planar) environment;
    environment.reset(stream(22));
    if (planar.scene().isEmpty()) {
      assertThrows(IllegalStateException.class, planar::planarPosition);
      return;
    }
    TimeStep now = environment.reset(stream(22));
    double[][] actions = actions(STEPS, 22);
    for (int t = 0; t < actions.length && !now.isLast(); t++) {
      double[] point = planar.planarPosition();
      assertEquals(2, point.length, "coordinates");
      assertFinite(point, "point of the path");
      now = environment.step(actions[t]);
    }
    planar.scene().orElseThrow().areas().stream()
        .flatMap(area -> Arrays.stream(area.outline()))
        .forEach(corner -> assertFinite(corner, "corner of an area"));
  }

  @Test
  void expertsActInTheBoxAndFollowTheirStream() {
    assumeTrue(environment instanceof Environment.Experts, "it has no experts");
    Environment.Experts experts = (Environment.Experts) environment;
    refused(() -> experts.expert("no-such-expert"), "no-such-expert");
    Environment.Simulator simulator = simulator();
    environment.reset(stream(18));
    double[] state = simulator.simulatorState();
    for (String name : experts.experts().keySet()) {
      try (Expert expert = experts.expert(name)) {
        expert.begin(stream(19));
        double[] action = expert.act(state);
        assertEquals(environment.spec().actionSize(), action.length, name);
        for (double a : action) {
          assertTrue(a >= -1 && a <= 1, name + ": action " + a);
        }
        expert.begin(stream(19));
        assertSameBits(action, expert.act(state), name);
        expert.begin(2, stream(19));
        double[] numbered = expert.act(state);
        expert.begin(1, stream(21));
        expert.begin(2, stream(19));
        assertSameBits(numbered, expert.act(state), name + ", episode 2");
        assertSameBits(state, simulator.simulatorState(), "the state that it looks at");
        refused(
            () -> expert.act(new double[state.length + 1]),
            Integer.toString(state.length + 1),
            Integer.toString(state.length));
      }
    }
  }
}
