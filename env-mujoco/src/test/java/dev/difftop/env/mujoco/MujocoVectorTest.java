package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.api.environment.VectorEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MujocoVectorTest {
  @TempDir Path folder;

  private static MujocoConfig config(String task, int controlSteps) {
    return new MujocoConfig(task, 0, Optional.empty(), controlSteps, RenderConfig.standard());
  }

  private static double[] actions(VectorEnvironment worlds, RandomStream random) {
    return random.doubles((long) worlds.size() * worlds.spec().actionSize(), -1, 1).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reacher-easy", "finger-turn-hard", "hopper-stand"})
  void eachIsAnEnvironmentOfItsOwn(String task) {
    int n = 5;
    try (MujocoVector worlds = new MujocoVector(config(task, 24), n, 2)) {
      worlds.reset(RandomStream.root(3));
      int size = worlds.observationSize();
      double[][] actions = new double[30][];
      double[][] seen = new double[31][];
      double[][] last = new double[30][];
      double[][] rewards = new double[30][];
      End[][] ends = new End[30][];
      RandomStream random = RandomStream.root(4);
      seen[0] = worlds.observations().clone();
      for (int t = 0; t < 30; t++) {
        actions[t] = actions(worlds, random);
        worlds.step(actions[t]);
        seen[t + 1] = worlds.observations().clone();
        last[t] = worlds.lastObservations().clone();
        rewards[t] = worlds.rewards().clone();
        ends[t] = worlds.ends().clone();
      }
      int nu = worlds.spec().actionSize();
      for (int i = 0; i < n; i++) {
        try (MujocoEnvironment one = new MujocoEnvironment(config(task, 24))) {
          int episode = 0;
          RandomStream stream = RandomStream.root(3).child(i);
          TimeStep now = one.reset(stream.child(episode++));
          assertArrayEquals(vector(now), Arrays.copyOfRange(seen[0], i * size, (i + 1) * size));
          for (int t = 0; t < 30; t++) {
            now = one.step(Arrays.copyOfRange(actions[t], i * nu, (i + 1) * nu));
            assertEquals(now.reward(), rewards[t][i]);
            assertEquals(now.end(), ends[t][i]);
            assertArrayEquals(vector(now), Arrays.copyOfRange(last[t], i * size, (i + 1) * size));
            if (now.isLast()) {
              now = one.reset(stream.child(episode++));
            }
            assertArrayEquals(
                vector(now), Arrays.copyOfRange(seen[t + 1], i * size, (i + 1) * size));
          }
          assertTrue(episode > 2, "several episodes were played");
        }
      }
    }
  }

  /** One episode each, of other lengths, then a second one of the same environment. */
  @Test
  void evaluatesEpisodesOfTheirOwnInAnyNumberOfThreads() {
    int n = 6;
    double[] expected = new double[2 * n];
    int[] lengths = new int[2 * n];
    for (int e = 0; e < 2 * n; e++) {
      try (MujocoEnvironment one =
          new MujocoEnvironment(MujocoConfig.of("cartpole-balance-terminating"))) {
        TimeStep now = one.reset(RandomStream.root(4).child(e));
        while (!now.isLast()) {
          now = one.step(new double[] {push(e)});
          expected[e] += now.reward();
          lengths[e]++;
        }
      }
    }
    assertTrue(Arrays.stream(lengths).distinct().count() > 4, Arrays.toString(lengths));
    for (int threads : new int[] {1, 2, 5}) {
      assertArrayEquals(expected, evaluate(n, threads));
    }
  }

  private static double push(int episode) {
    return 0.1 * (episode - 5);
  }

  private static double[] evaluate(int n, int threads) {
    double[] returns = new double[2 * n];
    MujocoConfig config = MujocoConfig.of("cartpole-balance-terminating");
    try (MujocoVector worlds = new MujocoVector(config, n, threads)) {
      int[] episode = new int[n];
      boolean[] active = new boolean[n];
      double[] actions = new double[n];
      for (int i = 0; i < n; i++) {
        episode[i] = i;
        active[i] = true;
        worlds.reset(i, RandomStream.root(4).child(i));
      }
      while (anyOf(active)) {
        for (int i = 0; i < n; i++) {
          actions[i] = active[i] ? push(episode[i]) : Double.NaN;
        }
        worlds.step(actions, active);
        for (int i = 0; i < n; i++) {
          returns[episode[i]] += worlds.rewards()[i];
          if (worlds.ends()[i] != End.NONE) {
            assertEquals(End.TERMINATED, worlds.ends()[i]);
            active[i] = episode[i] < n;
            if (active[i]) {
              episode[i] += n;
              worlds.reset(i, RandomStream.root(4).child(episode[i]));
            }
          }
        }
      }
    }
    return returns;
  }

  private static boolean anyOf(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return true;
      }
    }
    return false;
  }

  @Test
  void anEpisodeThatHasEndedIsNotSteppedOn() {
    try (MujocoVector worlds = new MujocoVector(config("pendulum-swingup", 4), 2, 2)) {
      boolean[] second = {false, true};
      double[] none = new double[2];
      assertThrows(IllegalStateException.class, () -> worlds.step(none, second));
      worlds.reset(1, RandomStream.root(1));
      worlds.step(none, second);
      double[] kept = worlds.observations().clone();
      worlds.step(none, second);
      assertEquals(End.TRUNCATED, worlds.ends()[1]);
      String message =
          assertThrows(IllegalStateException.class, () -> worlds.step(none, second)).getMessage();
      assertTrue(message.startsWith("environment 1 of pendulum-swingup"), message);
      worlds.reset(0, RandomStream.root(1));
      assertArrayEquals(
          Arrays.copyOfRange(kept, 3, 6), Arrays.copyOfRange(first(worlds), 0, 3), 1e-12);
      assertThrows(IndexOutOfBoundsException.class, () -> worlds.reset(2, RandomStream.root(1)));
      assertThrows(IllegalArgumentException.class, () -> worlds.step(none, new boolean[] {true}));
    }
  }

  /** The observations after a step of the first environment alone. */
  private static double[] first(MujocoVector worlds) {
    worlds.step(new double[2], new boolean[] {true, false});
    return worlds.observations();
  }

  @Test
  void reportsOutcomes() {
    try (MujocoVector worlds = new MujocoVector(MujocoConfig.of("avoiding"), 2, 2);
        MujocoEnvironment one = new MujocoEnvironment(MujocoConfig.of("avoiding"));
        Expert expert = one.expert("balanced")) {
      assertEquals(24, worlds.outcomes().size());
      worlds.reset(RandomStream.root(1));
      one.reset(RandomStream.root(2));
      expert.begin(7, RandomStream.root(3));
      double[] actions = new double[4];
      do {
        assertEquals(Optional.empty(), worlds.outcome(0));
        double[] action = expert.act(one.simulatorState());
        System.arraycopy(action, 0, actions, 0, 2);
        one.step(action);
        worlds.step(actions);
      } while (worlds.ends()[0] == End.NONE);
      assertEquals(one.outcome(), worlds.outcome(0));
      assertTrue(worlds.outcome(0).isPresent() && worlds.outcome(1).isEmpty());
      worlds.step(actions);
      assertEquals(Optional.empty(), worlds.outcome(0));
    }
  }

  private static double[] vector(TimeStep step) {
    double[] all = new double[step.observation().values().stream().mapToInt(Array::size).sum()];
    int at = 0;
    for (Array part : step.observation().values()) {
      part.read(0, all, at, part.size());
      at += part.size();
    }
    return all;
  }

  @Test
  void theNumbersDoNotDependOnTheThreads() {
    double[] expected = null;
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (MujocoVector worlds = new MujocoVector(config("cheetah-run", 40), 7, threads)) {
        worlds.reset(RandomStream.root(1));
        RandomStream random = RandomStream.root(2);
        for (int t = 0; t < 30; t++) {
          worlds.step(actions(worlds, random));
        }
        if (expected == null) {
          expected = worlds.observations().clone();
        }
        assertArrayEquals(expected, worlds.observations());
      }
    }
  }

  @Test
  void differentEnvironmentsDiffer() {
    try (MujocoVector worlds = new MujocoVector(config("pendulum-swingup", 40), 2, 1)) {
      worlds.reset(RandomStream.root(1));
      assertTrue(worlds.observations()[0] != worlds.observations()[3]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cartpole-swingup", "finger-turn-easy", "quadruped-walk", "lift", "push-t"})
  void aStepMakesNoObjects(String task) {
    try (MujocoVector worlds = new MujocoVector(config(task, 1_000_000), 2, 1)) {
      worlds.reset(RandomStream.root(1));
      double[] actions = actions(worlds, RandomStream.root(2));
      for (int i = 0; i < 300; i++) {
        worlds.step(actions);
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      int steps = 500;
      for (int i = 0; i < steps; i++) {
        worlds.step(actions);
      }
      long perStep = (threads.getCurrentThreadAllocatedBytes() - before) / steps;
      assertTrue(perStep < 16, perStep + " bytes per step");
    }
  }

  @Test
  void tellsWhichOfThemMeetTheGoal() {
    try (MujocoVector worlds = new MujocoVector(config("reach-around", 60), 2, 2);
        MujocoEnvironment world = new MujocoEnvironment(config("reach-around", 60));
        Expert expert = world.expert("scripted")) {
      expert.begin(RandomStream.root(1));
      worlds.reset(RandomStream.root(3));
      boolean[] met = worlds.successes().orElseThrow();
      int[] first = new int[2];
      for (int t = 1; t <= 60; t++) {
        double[] actions = new double[4];
        for (int i = 0; i < 2; i++) {
          // What is observed is the whole state; the second one is left where it is.
          double[] state = Arrays.copyOfRange(worlds.observations(), 4 * i, 4 * i + 4);
          System.arraycopy(expert.act(state), 0, actions, 2 * i, 2 - 2 * i);
        }
        worlds.step(actions);
        for (int i = 0; i < 2; i++) {
          first[i] = first[i] == 0 && met[i] ? t : first[i];
        }
        if (t < 60) {
          boolean there =
              Math.hypot(worlds.observations()[0] - 0.2, worlds.observations()[1]) < 0.03;
          assertEquals(there, met[0], "step " + t);
        }
      }
      assertTrue(first[0] > 20 && first[0] < 50, "first met in step " + first[0]);
      assertTrue(met[0], "met at the end of its episode");
      assertEquals(0, first[1]);
    }
    try (MujocoVector worlds = new MujocoVector(config("pendulum-swingup", 40), 2, 1)) {
      assertEquals(Optional.empty(), worlds.successes());
    }
  }

  @Test
  void theArraysAreTheSameAtEveryStep() {
    try (MujocoVector worlds = new MujocoVector(config("pendulum-swingup", 40), 2, 1)) {
      worlds.reset(RandomStream.root(1));
      double[] seen = worlds.observations();
      worlds.step(new double[2]);
      assertSame(seen, worlds.observations());
    }
  }

  @Test
  void oneThatFailsBeginsAnewAndLeavesTheOthersAlone() throws IOException {
    Path unstable;
    try (InputStream in =
        MujocoVector.class.getResourceAsStream("/dev/difftop/env/mujoco/models/pendulum.xml")) {
      String own = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      unstable =
          Files.writeString(
              folder.resolve("unstable.xml"), own.replace("damping=\"0.1\"", "damping=\"-200\""));
    }
    MujocoConfig config =
        new MujocoConfig(
            "pendulum-swingup", 0, Optional.of(unstable), 1000, RenderConfig.standard());
    try (MujocoVector worlds = new MujocoVector(config, 3, 2)) {
      worlds.reset(RandomStream.root(1));
      boolean failed = false;
      for (int t = 0; t < 200; t++) {
        worlds.step(new double[] {1, 1, 1});
        for (int i = 0; i < 3; i++) {
          boolean now = worlds.ends()[i] == End.FAILED;
          failed |= now;
          assertEquals(now, worlds.reason(i).contains("simulation failed"));
        }
        for (double number : worlds.observations()) {
          assertTrue(Double.isFinite(number));
        }
      }
      assertTrue(failed);
    }
  }

  @Test
  void badUseIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new MujocoVector(config("pendulum-swingup", 10), 0, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new MujocoVector(config("pendulum-swingup", 10), 1, 0));
    MujocoVector worlds = new MujocoVector(config("pendulum-swingup", 10), 2, 2);
    assertThrows(IllegalStateException.class, () -> worlds.step(new double[2]));
    worlds.reset(RandomStream.root(1));
    IllegalArgumentException length =
        assertThrows(IllegalArgumentException.class, () -> worlds.step(new double[3]));
    assertTrue(length.getMessage().contains("length 3, expected 2 (2 environments, 1 actuators)"));
    assertThrows(IllegalArgumentException.class, () -> worlds.step(new double[] {0, Double.NaN}));
    assertFalse(worlds.ends()[0] == End.FAILED);
    worlds.close();
    worlds.close();
    assertThrows(IllegalStateException.class, () -> worlds.step(new double[2]));
    assertThrows(IllegalStateException.class, () -> worlds.reset(RandomStream.root(1)));
  }
}
