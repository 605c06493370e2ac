package dev.difftop.env.mujoco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The task {@code avoiding}, its routes and its experts. */
class AvoidingTest {
  private MujocoEnvironment environment;

  @BeforeEach
  void open() {
    environment = new MujocoEnvironment(MujocoConfig.of("avoiding"));
  }

  @AfterEach
  void close() {
    environment.close();
  }

  private TimeStep run(Expert expert, long episode, double noise) {
    RandomStream random = RandomStream.root(5).child(episode);
    TimeStep now = environment.reset(random.child("reset"));
    expert.begin(episode, random.child("expert"));
    RandomStream disturbances = random.child("noise");
    while (!now.isLast()) {
      assertEquals(Optional.empty(), environment.outcome(), "an outcome before the line");
      double[] action = expert.act(environment.simulatorState());
      for (int i = 0; i < action.length; i++) {
        action[i] += noise * disturbances.nextGaussian();
      }
      now = environment.step(action);
    }
    return now;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2})
  void theBalancedExpertTakesEveryRouteEquallyOften(double noise) {
    Map<String, Integer> counts = new HashMap<>();
    try (Expert expert = environment.expert("balanced")) {
      for (int episode = 0; episode < 96; episode++) {
        TimeStep last = run(expert, episode, noise);
        assertEquals(End.TERMINATED, last.end());
        assertEquals(Optional.of(true), environment.success(), "episode " + episode);
        counts.merge(environment.outcome().orElseThrow(), 1, Integer::sum);
      }
    }
    assertEquals(new HashSet<>(environment.outcomes()), counts.keySet());
    assertEquals(Set.of(4), new HashSet<>(counts.values()));
  }

  @Test
  void theSkewedExpertPrefersSomeRoutes() {
    Map<String, Integer> counts = new HashMap<>();
    int episodes = 200;
    try (Expert expert = environment.expert("skewed")) {
      for (int episode = 0; episode < episodes; episode++) {
        run(expert, episode, 0);
        counts.merge(environment.outcome().orElseThrow(), 1, Integer::sum);
      }
    }
    double entropy = 0;
    for (int count : counts.values()) {
      double share = count / (double) episodes;
      entropy -= share * Math.log(share) / Math.log(24);
    }
    // 0.8^k, normalised, has an entropy of 0.78.
    assertTrue(entropy > 0.7 && entropy < 0.82, "entropy " + entropy);
  }

  @Test
  void pathsOfOneRouteDiffer() {
    try (Expert expert = environment.expert("balanced")) {
      Set<Double> crossings = new HashSet<>();
      for (int episode = 0; episode < 5 * 24; episode += 24) {
        run(expert, episode, 0);
        assertEquals("1-1-1", environment.outcome().orElseThrow());
        crossings.add(environment.simulatorState()[0]);
      }
      assertEquals(5, crossings.size());
    }
  }

  @Test
  void theGapsNameTheRoute() {
    assertEquals(24, environment.outcomes().size());
    assertEquals(List.of("1-1-1", "1-1-2"), environment.outcomes().subList(0, 2));
    double[][] gaps = {{0.43, 0.57}, {0.35, 0.5, 0.65}, {0.275, 0.425, 0.575, 0.725}};
    for (String route : environment.outcomes()) {
      environment.reset(RandomStream.root(1));
      String[] names = route.split("-");
      for (int row = 0; row < 3; row++) {
        pass(gaps[row][Integer.parseInt(names[row]) - 1], new double[] {-0.1, 0.08, 0.26}[row]);
      }
      assertEquals(Optional.empty(), environment.outcome());
      pass(environment.simulatorState()[0], 0.35);
      assertEquals(Optional.of(route), environment.outcome());
    }
  }

  /** Puts the hand just before a row and steps over it. */
  private void pass(double x, double row) {
    double y = row - 0.002;
    environment.setSimulatorState(new double[] {x, y, 0, 0.2, x, y + 0.01});
    environment.step(new double[] {0, 1});
    assertTrue(environment.simulatorState()[1] > row, "not passed");
  }

  @Test
  void touchingAPostEndsTheEpisodeWithoutSuccess() {
    environment.reset(RandomStream.root(1));
    environment.setSimulatorState(new double[] {0.5, -0.16, 0, 0, 0.5, -0.16});
    TimeStep now = environment.step(new double[] {0, 1});
    for (int i = 0; i < 20 && !now.isLast(); i++) {
      now = environment.step(new double[] {0, 1});
    }
    assertEquals(End.TERMINATED, now.end());
    assertEquals(Optional.of(false), environment.success());
    assertEquals(Optional.empty(), environment.outcome());
  }

  @Test
  void theReturnIsTheShareOfTheWay() {
    try (Expert expert = environment.expert("balanced")) {
      RandomStream random = RandomStream.root(3);
      TimeStep now = environment.reset(random);
      assertArrayEquals(new double[] {0.525, -0.28}, now.observation().get("position").toDoubles());
      assertArrayEquals(new double[] {0.525, -0.28}, now.observation().get("desired").toDoubles());
      expert.begin(3, random);
      double sum = 0;
      while (!now.isLast()) {
        now = environment.step(expert.act(environment.simulatorState()));
        sum += now.reward();
      }
      double share = (environment.simulatorState()[1] + 0.28) / 0.63;
      assertEquals(share, sum, 1e-12);
      assertTrue(sum > 1 && sum < 1.03, "return " + sum);
    }
  }

  @Test
  void anEpisodeWithoutMotionIsTruncated() {
    TimeStep now = environment.reset(RandomStream.root(1));
    int steps = 0;
    while (!now.isLast()) {
      now = environment.step(new double[2]);
      steps++;
    }
    assertEquals(250, steps);
    assertEquals(End.TRUNCATED, now.end());
  }
}
