package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.env.mujoco.CustomTaskConfig.Goal;
import dev.difftop.env.mujoco.CustomTaskConfig.Observation;
import dev.difftop.env.mujoco.CustomTaskConfig.Outcome;
import dev.difftop.env.mujoco.CustomTaskConfig.Reward;
import dev.difftop.env.mujoco.CustomTaskConfig.Start;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.tasks.custom.CustomTask.Combination;
import dev.difftop.env.mujoco.tasks.definition.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model and a task that nobody here has seen before, without Java. */
class CustomTaskTest {
  private static final String ARM =
      """
      <mujoco>
        <worldbody>
          <site name="goal" pos="0.3 0 0.4"/>
          <body name="link" pos="0 0 0.5">
            <joint name="swing" axis="0 1 0" damping="0.1"/>
            <geom name="rod" type="capsule" fromto="0 0 0 0 0 0.4" size="0.02" mass="1"/>
            <site name="tip" pos="0 0 0.4"/>
          </body>
          <body name="ball" pos="1 0 1">
            <freejoint name="flight"/>
            <geom type="sphere" size="0.05"/>
          </body>
        </worldbody>
        <actuator><motor name="push" joint="swing" ctrllimited="true" ctrlrange="-3 3"/></actuator>
        <sensor>
          <framelinvel name="tip_velocity" objtype="site" objname="tip"/>
          <actuatorfrc name="effort" actuator="push"/>
        </sensor>
      </mujoco>
      """;

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    model = Files.writeString(folder.resolve("arm.xml"), ARM);
  }

  private static Reward reward(String of, double low, double weight) {
    return new Reward(of, Optional.of(low), Optional.empty(), 1, Tolerance.Kind.LINEAR, 0, weight);
  }

  private static CustomTaskConfig task(Combination combination, double positions, double speeds) {
    double weight = combination == Combination.MEAN ? 3 : 1;
    return new CustomTaskConfig(
        5,
        List.of(
            new Observation("angle", List.of("sin:swing", "cos:swing", "qvel:swing")),
            new Observation(
                "places",
                List.of(
                    "x:ball",
                    "site:tip[2]",
                    "sensor:tip_velocity[0]",
                    "distance:tip,goal",
                    "qpos:flight[6]",
                    "upright:link",
                    "geom:rod[2]",
                    "ctrl:push",
                    "y:link",
                    "z:link"))),
        List.of(reward("upright:link", 1, 1), reward("z:ball", 1.5, weight)),
        combination,
        List.of(new Start("swing", 0.2, 0.4)),
        positions,
        speeds);
  }

  private MujocoEnvironment environment(CustomTaskConfig task) {
    return new MujocoEnvironment(
        new MujocoConfig(
            "arm",
            2,
            Optional.of(model),
            Optional.of(task),
            100,
            RenderConfig.standard(),
            ViewConfig.stateAlone()));
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                MujocoConfig.definition(
                    "walker-walk",
                    Optional.of(model),
                    Optional.of(task(Combination.PRODUCT, 0, 0))));
    assertTrue(e.getMessage().contains("there is a task walker-walk already"), e.getMessage());
  }

  @Test
  void observesWhatWasAskedFor() {
    try (MujocoEnvironment world = environment(task(Combination.PRODUCT, 0, 0))) {
      assertEquals(0.02, world.spec().controlTimestep(), 1e-12);
      assertEquals(50, world.spec().episodeSteps());
      world.reset(RandomStream.root(1));
      double[] state = world.simulatorState();
      double q = state[0];
      assertTrue(q >= 0.2 && q <= 0.4);
      assertArrayEquals(
          new double[] {Math.sin(q), Math.cos(q), 0},
          world.observe().get("angle").toDoubles(),
          1e-12);
      state[8] = 2; // velocity of the joint
      world.setSimulatorState(state);
      double[] found = world.observe().get("places").toDoubles();
      double x = 0.4 * Math.sin(q);
      double z = 0.5 + 0.4 * Math.cos(q);
      double[] expected = {
        1,
        z,
        2 * 0.4 * Math.cos(q),
        Math.hypot(x - 0.3, z - 0.4),
        0,
        Math.cos(q),
        0.5 + 0.2 * Math.cos(q),
        0,
        0,
        0.5
      };
      assertArrayEquals(expected, found, 1e-12);
    }
  }

  @Test
  void rewardsAreMultipliedOrWeighted() {
    double up = 0;
    double product;
    try (MujocoEnvironment world = environment(task(Combination.PRODUCT, 0, 0))) {
      world.reset(RandomStream.root(1));
      product = world.step(new double[] {0.5}).reward();
    }
    try (MujocoEnvironment world = environment(task(Combination.MEAN, 0, 0))) {
      world.reset(RandomStream.root(1));
      double mean = world.step(new double[] {0.5}).reward();
      double[] places = world.observe().get("places").toDoubles();
      up = places[5];
      double fallen = 1 - 9.81 * 0.02 * 0.02 / 2;
      // Two control steps, both close to the last one: each 1 - distance to the bound.
      assertEquals(2 * (up + 3 * (fallen - 0.5)) / 4, mean, 5e-3);
      assertEquals(2 * up * (fallen - 0.5), product, 5e-3);
    }
  }

  @Test
  void noiseAndStartsAreDrawnFromTheStream() {
    try (MujocoEnvironment world = environment(task(Combination.PRODUCT, 0.1, 0.2))) {
      world.reset(RandomStream.root(1));
      double[] first = world.simulatorState();
      world.reset(RandomStream.root(2));
      double[] second = world.simulatorState();
      world.reset(RandomStream.root(1));
      assertArrayEquals(first, world.simulatorState());
      for (int i = 0; i < first.length; i++) {
        boolean quaternion = i >= 4 && i < 8;
        assertEquals(quaternion, first[i] == second[i], "number " + i);
      }
    }
  }

  @Test
  void itsPhysicsIsADynamics() {
    MujocoDynamics dynamics =
        new MujocoDynamics(
            new MujocoDynamicsConfig(
                "arm", 1, Optional.of(model), Optional.of(task(Combination.MEAN, 0, 0)), 1e-6, 1));
    assertEquals(8 + 7, dynamics.stateSize());
    assertEquals(1, dynamics.actionSize());
  }

  @Test
  void faultsSayWhatAndWhatThereIs() {
    refused("sensor:tip_velocty", "did you mean \"tip_velocity\"?", "\"effort\"");
    refused("qpos:swin", "no joint named \"swin\", did you mean \"swing\"?");
    refused("speed:swing", "feature \"speed:swing\" is not understood", "sensor:SENSOR[i]");
    refused("sensor:tip_velocity[3]", "index 3, expected 0 to 2");
    refused("distance:tip", "not understood");
  }

  private void refused(String feature, String... parts) {
    CustomTaskConfig task =
        new CustomTaskConfig(
            1,
            List.of(new Observation("o", List.of("qpos:swing"))),
            List.of(reward(feature, 0, 1)),
            Combination.MEAN,
            List.of(),
            0,
            0);
    RuntimeException e = assertThrows(RuntimeException.class, () -> environment(task));
    assertTrue(e instanceof ModelException || e instanceof IllegalArgumentException);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void badRulesAreRefused() {
    Observation observation = new Observation("o", List.of("qpos:swing"));
    CustomTaskConfig twice =
        new CustomTaskConfig(
            1,
            List.of(observation, observation),
            List.of(reward("z:ball", 1, 1)),
            Combination.MEAN,
            List.of(),
            0,
            0);
    assertThrows(IllegalArgumentException.class, () -> environment(twice));
    CustomTaskConfig unrewarded =
        new CustomTaskConfig(1, List.of(observation), List.of(), Combination.MEAN, List.of(), 0, 0);
    assertThrows(IllegalArgumentException.class, () -> environment(unrewarded));
    CustomTaskConfig backwards =
        new CustomTaskConfig(
            1,
            List.of(observation),
            List.of(reward("z:ball", 1, 1)),
            Combination.MEAN,
            List.of(new Start("swing", 1, -1)),
            0,
            0);
    assertThrows(IllegalArgumentException.class, () -> environment(backwards));
    IllegalArgumentException noModel =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new MujocoEnvironment(
                    new MujocoConfig(
                        "arm",
                        1,
                        Optional.empty(),
                        Optional.of(twice),
                        100,
                        RenderConfig.standard(),
                        ViewConfig.stateAlone())));
    assertTrue(noModel.getMessage().contains("model: FILE.xml"), noModel.getMessage());
  }

  private static CustomTaskConfig withGoals(List<Start> starts, Goal... goals) {
    return new CustomTaskConfig(
        1,
        List.of(new Observation("o", List.of("qpos:swing"))),
        List.of(reward("z:ball", 1, 1)),
        Combination.MEAN,
        starts,
        0,
        0,
        List.of(goals),
        List.of(),
        List.of());
  }

  /** Swings by its action alone; without gravity, so that it stays where it is. */
  private static CustomTaskConfig withEnds(List<Goal> alive, List<Outcome> outcomes) {
    return new CustomTaskConfig(
        1,
        List.of(new Observation("o", List.of("qpos:swing"))),
        List.of(reward("z:ball", 1, 1)),
        Combination.MEAN,
        List.of(),
        0,
        0,
        List.of(),
        alive,
        outcomes);
  }

  /** Steps with full torque until the episode ends; returns the last step. */
  private static TimeStep swing(MujocoEnvironment world, double torque) {
    TimeStep now = world.reset(RandomStream.root(1));
    while (!now.isLast()) {
      now = world.step(new double[] {torque});
    }
    return now;
  }

  @Test
  void anEpisodeTerminatesWhereAConditionFails() {
    Goal inside = new Goal("qpos:swing", Optional.of(-0.5), Optional.of(0.5));
    try (MujocoEnvironment world = environment(withEnds(List.of(inside), List.of()))) {
      assertEquals(TimeStep.End.TERMINATED, swing(world, 1).end());
      double angle = world.simulatorState()[0];
      assertTrue(angle > 0.5 && angle < 0.6, "angle " + angle);
      assertThrows(IllegalStateException.class, () -> world.step(new double[1]));
      assertEquals(TimeStep.End.NONE, world.reset(RandomStream.root(1)).end());
    }
    try (MujocoEnvironment world = environment(withEnds(List.of(), List.of()))) {
      assertEquals(TimeStep.End.TRUNCATED, swing(world, 1).end());
    }
  }

  @Test
  void theFirstOutcomeWhoseConditionsHeldIsKept() {
    Goal ahead = new Goal("qpos:swing", Optional.of(0.5), Optional.empty());
    Goal back = new Goal("qpos:swing", Optional.empty(), Optional.of(-0.5));
    List<Outcome> outcomes =
        List.of(new Outcome("ahead", List.of(ahead)), new Outcome("back", List.of(back)));
    try (MujocoEnvironment world = environment(withEnds(List.of(), outcomes))) {
      assertEquals(List.of("ahead", "back"), world.outcomes());
      assertEquals(Optional.empty(), world.outcome());
      swing(world, 1);
      assertEquals(Optional.of("ahead"), world.outcome());
      world.reset(RandomStream.root(2));
      assertEquals(Optional.empty(), world.outcome());
      swing(world, -1);
      assertEquals(Optional.of("back"), world.outcome());
    }
    try (MujocoEnvironment world = environment(withEnds(List.of(), List.of()))) {
      assertEquals(List.of(), world.outcomes());
      swing(world, 1);
      assertEquals(Optional.empty(), world.outcome());
    }
    for (List<Outcome> wrong :
        List.of(
            List.of(new Outcome("none", List.of())),
            List.of(new Outcome("same", List.of(ahead)), new Outcome("same", List.of(back))))) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> environment(withEnds(List.of(), wrong)))
              .getMessage();
      assertTrue(message.contains("expected a name of its own"), message);
    }
  }

  @Test
  void aGoalIsMetWhereAllOfItHolds() {
    Goal high = new Goal("z:ball", Optional.of(1.2), Optional.empty());
    Goal aside = new Goal("qpos:swing", Optional.of(-0.5), Optional.of(0.5));
    try (MujocoEnvironment world = environment(withGoals(List.of(), high, aside))) {
      world.reset(RandomStream.root(1));
      assertEquals(Optional.of(false), world.success());
      double[] state = world.simulatorState();
      state[3] = 1.3;
      world.setSimulatorState(state);
      assertEquals(Optional.of(true), world.success());
      state[0] = 0.6;
      world.setSimulatorState(state);
      assertEquals(Optional.of(false), world.success());
    }
    try (MujocoEnvironment world = environment(withGoals(List.of()))) {
      world.reset(RandomStream.root(1));
      assertEquals(Optional.empty(), world.success());
    }
  }

  @Test
  void badGoalsAreRefused() {
    Goal backwards = new Goal("z:ball", Optional.of(1.2), Optional.of(1.1));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> environment(withGoals(List.of(), backwards)))
            .getMessage();
    assertTrue(message.contains("success by z:ball: expected low <= high"), message);
    Goal unknown = new Goal("z:bal", Optional.empty(), Optional.empty());
    message =
        assertThrows(ModelException.class, () -> environment(withGoals(List.of(), unknown)))
            .getMessage();
    assertTrue(message.contains("did you mean \"ball\"?"), message);
  }

  private void refused(CustomTaskConfig rules, String... named) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> environment(rules)).getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message);
    }
  }

  private static CustomTaskConfig observing(String feature) {
    return new CustomTaskConfig(
        1,
        List.of(new Observation("o", List.of(feature))),
        List.of(reward("z:ball", 1, 1)),
        Combination.MEAN,
        List.of(),
        0,
        0);
  }

  @Test
  void featuresThatTheModelDoesNotHaveAreRefused() {
    refused(observing("sin:flight"), "sin:flight", "is a free joint, expected a hinge");
    refused(observing("cos:flight"), "expected a hinge");
    refused(observing("qpos:swing[99999999999]"), "index 99999999999, expected 0 or none");
    refused(observing("qpos:flight[7]"), "index 7, expected 0 to 6");
    refused(observing("z:ball[1]"), "index 1, expected 0 or none");
    refused(observing("distance:tip"), "is not understood");
    refused(observing("qpos:swing,flight"), "is not understood");
    refused(observing("qpos:\"swing"), "is not understood");
  }

  @Test
  void sineOfASlideIsRefused() throws IOException {
    Files.writeString(
        model, ARM.replace("name=\"swing\" axis", "name=\"swing\" type=\"slide\" axis"));
    refused(observing("sin:swing"), "joint \"swing\" is a slide, expected a hinge");
  }

  @Test
  void namesWithBracketsAndCommasArePutInQuotes() throws IOException {
    Files.writeString(
        model,
        ARM.replace("\"swing\"", "\"swing[1]\"")
            .replace("\"tip\"", "\"tip, upper\"")
            .replace("\"goal\"", "\"the goal\""));
    CustomTaskConfig rules =
        new CustomTaskConfig(
            1,
            List.of(
                new Observation(
                    "o",
                    List.of(
                        "qpos:\"swing[1]\"",
                        "qpos:\"swing[1]\"[0]",
                        "site:\"tip, upper\"[2]",
                        "distance:\"tip, upper\", the goal"))),
            List.of(reward("z:ball", 1, 1)),
            Combination.MEAN,
            List.of(new Start("\"swing[1]\"", 0.2, 0.2)),
            0,
            0);
    try (MujocoEnvironment world = environment(rules)) {
      double[] seen = world.reset(RandomStream.root(1)).observation().get("o").toDoubles();
      assertEquals(0.2, seen[0]);
      assertEquals(0.2, seen[1]);
      assertEquals(0.5 + 0.4 * Math.cos(0.2), seen[2], 1e-9);
      assertTrue(seen[3] > 0.4, "distance " + seen[3]);
    }
  }

  @Test
  void weightsOfAMeanSumToMoreThanZeroAndAProductHasNone() {
    refused(task(Combination.MEAN, 0, 0, 0), "weights of the rewards sum to 0");
    refused(task(Combination.PRODUCT, 0, 0, 2), "weight 2.0 has no effect in a product");
  }

  private static CustomTaskConfig task(
      Combination combination, double positions, double speeds, double weight) {
    return new CustomTaskConfig(
        1,
        List.of(new Observation("o", List.of("qpos:swing"))),
        List.of(reward("z:ball", 1, weight)),
        combination,
        List.of(),
        positions,
        speeds);
  }

  @Test
  void initialPositionsLieInsideTheLimitsOfTheirJoints() throws IOException {
    Files.writeString(
        model, ARM.replace("damping=\"0.1\"", "damping=\"0.1\" limited=\"true\" range=\"-30 30\""));
    refused(
        withGoals(List.of(new Start("swing", -90, 90))),
        "start of joint \"swing\": found -90.0 to 90.0",
        "-0.523599 to 0.523599 radians (-30.00 to 30.00 degrees)");
    environment(withGoals(List.of(new Start("swing", -0.5, 0.5)))).close();
    environment(withGoals(List.of(new Start("swing", -Math.PI / 6, Math.PI / 6)))).close();
    refused(
        withGoals(List.of(new Start("flight[0]", 0, Double.POSITIVE_INFINITY))), "finite numbers");
  }

  @Test
  void aNumberOfAFreeJointMayBegin() {
    List<Start> starts = List.of(new Start("flight[1]", 0.5, 0.7));
    try (MujocoEnvironment world = environment(withGoals(starts))) {
      world.reset(RandomStream.root(1));
      double y = world.simulatorState()[2];
      assertTrue(y >= 0.5 && y <= 0.7, "y " + y);
    }
    for (String joint : List.of("flight[3]", "flight[7]", "fligt[0]")) {
      assertThrows(
          RuntimeException.class,
          () -> environment(withGoals(List.of(new Start(joint, 0, 1)))),
          joint);
    }
  }

  @Test
  void episodesEndAsAllDo() {
    try (MujocoEnvironment world = environment(task(Combination.MEAN, 0, 0))) {
      TimeStep now = world.reset(RandomStream.root(1));
      int steps = 0;
      while (!now.isLast()) {
        now = world.step(new double[] {0});
        steps++;
      }
      assertEquals(50, steps);
      assertEquals(TimeStep.End.TRUNCATED, now.end());
    }
  }
}
