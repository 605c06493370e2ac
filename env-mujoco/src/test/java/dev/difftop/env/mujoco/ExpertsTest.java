package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.tasks.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpertsTest {
  @TempDir Path folder;

  /** What was done in an episode, up to the goal or the end. */
  private record Deed(List<double[]> states, List<double[]> actions, boolean success) {
    double[] last() {
      return states.get(states.size() - 1);
    }
  }

  private static MujocoEnvironment environment(String task) {
    return new MujocoEnvironment(MujocoConfig.of(task));
  }

  /** An episode, with noise on the actions. */
  private static Deed demonstrate(
      MujocoEnvironment environment, Expert expert, long seed, double noise) {
    RandomStream random = RandomStream.root(seed);
    RandomStream disturbances = random.child("noise");
    TimeStep now = environment.reset(random.child("reset"));
    expert.begin(random.child("expert"));
    List<double[]> states = new ArrayList<>();
    List<double[]> actions = new ArrayList<>();
    boolean success = false;
    while (!now.isLast() && !success) {
      double[] state = environment.simulatorState();
      double[] action = expert.act(state);
      for (double a : action) {
        assertTrue(a >= -1 && a <= 1, "action " + a);
      }
      for (int i = 0; i < action.length; i++) {
        action[i] += noise * disturbances.nextGaussian();
      }
      now = environment.step(action);
      states.add(environment.simulatorState());
      actions.add(action);
      success = environment.success().orElseThrow();
    }
    return new Deed(states, actions, success);
  }

  private static int successes(String task, String name, int episodes, double noise) {
    int successes = 0;
    try (MujocoEnvironment environment = environment(task);
        Expert expert = environment.expert(name)) {
      for (int seed = 0; seed < episodes; seed++) {
        successes += demonstrate(environment, expert, seed, noise).success() ? 1 : 0;
      }
    }
    return successes;
  }

  @ParameterizedTest
  @CsvSource({
    "lift, scripted, 200, 0, 1.0",
    "lift, scripted, 200, 0.2, 0.97",
    "reach-around, scripted, 200, 0, 1.0",
    "reach-around, scripted, 200, 0.2, 0.97",
    "push-t, scripted, 50, 0, 1.0",
    "push-t, scripted, 20, 0.1, 0.9",
    "push-t, planned, 20, 0, 0.9",
    "push-t, planned, 10, 0.1, 0.9"
  })
  void reachesTheGoal(String task, String name, int episodes, double noise, double share) {
    int successes = successes(task, name, episodes, noise);
    assertTrue(successes >= share * episodes, task + ": " + successes + " of " + episodes);
  }

  @Test
  void goesAroundOnBothSidesAboutAsOften() {
    int left = 0;
    int episodes = 200;
    try (MujocoEnvironment environment = environment("reach-around");
        Expert expert = environment.expert("scripted")) {
      for (int seed = 0; seed < episodes; seed++) {
        Deed deed = demonstrate(environment, expert, seed, 0);
        double leftmost = deed.states().stream().mapToDouble(s -> s[1]).max().orElseThrow();
        double rightmost = deed.states().stream().mapToDouble(s -> s[1]).min().orElseThrow();
        assertTrue(leftmost > 0.1 ^ rightmost < -0.1, leftmost + " and " + rightmost);
        left += leftmost > 0.1 ? 1 : 0;
      }
    }
    assertTrue(left > 0.4 * episodes && left < 0.6 * episodes, left + " of " + episodes);
  }

  @Test
  void theSideIsNotToBeSeenBeforeTheWall() {
    try (MujocoEnvironment environment = environment("reach-around");
        Expert expert = environment.expert("scripted")) {
      environment.reset(RandomStream.root(1));
      double[] start = environment.simulatorState();
      expert.begin(RandomStream.root(0));
      double[] first = expert.act(start);
      for (int seed = 1; seed < 20; seed++) {
        expert.begin(RandomStream.root(seed));
        assertArrayEquals(first, expert.act(start));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"lift, scripted", "reach-around, scripted", "push-t, planned", "push-t, scripted"})
  void theSameSeedGivesTheSameDeed(String task, String name) {
    try (MujocoEnvironment environment = environment(task);
        MujocoEnvironment other = environment(task);
        Expert expert = environment.expert(name);
        Expert another = other.expert(name)) {
      Deed expected = demonstrate(environment, expert, 7, 0);
      demonstrate(other, another, 8, 0);
      Deed found = demonstrate(other, another, 7, 0);
      assertEquals(expected.actions().size(), found.actions().size());
      for (int i = 0; i < found.actions().size(); i++) {
        assertArrayEquals(expected.actions().get(i), found.actions().get(i));
      }
      assertArrayEquals(expected.last(), found.last());
      Deed different = demonstrate(other, another, 9, 0);
      assertNotEquals(expected.last()[0], different.last()[0]);
    }
  }

  /** What can be imitated: no random decision, and nothing that the state does not hold. */
  @Test
  void thePusherIsAFunctionOfTheState() {
    try (MujocoEnvironment environment = environment("push-t");
        Expert expert = environment.expert("scripted");
        Expert fresh = environment.expert("scripted")) {
      TimeStep now = environment.reset(RandomStream.root(11));
      expert.begin(RandomStream.root(1));
      for (int step = 0; step < 100 && !now.isLast(); step++) {
        double[] state = environment.simulatorState();
        double[] action = expert.act(state);
        fresh.begin(RandomStream.root(step));
        assertArrayEquals(action, fresh.act(state), "step " + step);
        now = environment.step(action);
      }
    }
  }

  @Test
  void anExpertOutlivesItsEnvironment() {
    MujocoEnvironment environment = environment("push-t");
    environment.reset(RandomStream.root(3));
    double[] state = environment.simulatorState();
    Expert expert = environment.expert("planned");
    environment.close();
    expert.begin(RandomStream.root(4));
    double[] action = expert.act(state);
    assertEquals(2, action.length);
    expert.close();
    expert.close();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    try (MujocoEnvironment lift = environment("lift");
        MujocoEnvironment pendulum = environment("pendulum-swingup")) {
      assertEquals(
          "lift: no expert named \"scriptet\", did you mean \"scripted\"?; found scripted",
          assertThrows(IllegalArgumentException.class, () -> lift.expert("scriptet")).getMessage());
      assertEquals(
          "pendulum-swingup: no expert named \"scripted\"; found none",
          assertThrows(IllegalArgumentException.class, () -> pendulum.expert("scripted"))
              .getMessage());
      assertEquals(Map.of(), pendulum.experts());
      assertEquals(Optional.empty(), pendulum.success());
      for (String task : List.of("lift", "reach-around", "push-t")) {
        try (MujocoEnvironment environment = environment(task);
            Expert expert = environment.expert(environment.experts().keySet().iterator().next())) {
          String message =
              assertThrows(IllegalArgumentException.class, () -> expert.act(new double[] {0, 1}))
                  .getMessage();
          assertTrue(message.contains(task) && message.contains("length 2, expected"), message);
        }
      }
    }
  }

  @Test
  void refusesARhythmThatIsNotItsOwn() {
    MujocoConfig hurried =
        new MujocoConfig("push-t", 2, Optional.empty(), 0, RenderConfig.standard());
    try (MujocoEnvironment environment = new MujocoEnvironment(hurried)) {
      assertEquals(
          "push-t: expert planned acts with action-repeat 1, found 2; leave action-repeat out",
          assertThrows(IllegalArgumentException.class, () -> environment.expert("planned"))
              .getMessage());
    }
  }

  private static String ownModel(String name) throws IOException {
    try (InputStream in =
        Tasks.class.getResourceAsStream("/dev/difftop/env/mujoco/models/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void refusesAModelOfAnotherOrder() throws IOException {
    Files.writeString(folder.resolve("look.xml"), ownModel("look.xml"));
    Path model =
        Files.writeString(
            folder.resolve("other.xml"),
            ownModel("reach_around.xml")
                .replace(
                    "<body name=\"hand\"",
                    "<body><joint name=\"more\"/><geom size=\"0.1\" pos=\"9 9 9\"/></body><body"
                        + " name=\"hand\""));
    try (MujocoEnvironment environment =
        new MujocoEnvironment(
            new MujocoConfig("reach-around", 0, Optional.of(model), 0, RenderConfig.standard()))) {
      String message =
          assertThrows(ModelException.class, () -> environment.expert("scripted")).getMessage();
      assertTrue(message.contains("other.xml") && message.contains("hand_x"), message);
    }
  }

  @Test
  void successFollowsFromTheStateAlone() {
    for (String task : List.of("lift", "reach-around")) {
      try (MujocoEnvironment environment = environment(task);
          Expert expert = environment.expert("scripted")) {
        Deed deed = demonstrate(environment, expert, 1, 0);
        assertTrue(deed.success());
        environment.reset(RandomStream.root(0));
        assertFalse(environment.success().orElseThrow());
        environment.setSimulatorState(deed.last());
        assertTrue(environment.success().orElseThrow());
      }
    }
  }
}
