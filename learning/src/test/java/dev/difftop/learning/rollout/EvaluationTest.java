package dev.difftop.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.run.StopSignal;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final int LENGTH = 5;

  /** Counts steps; in every second episode its goal is met in the second step, and only there. */
  private static class Counter implements Environment, Environment.Goal {
    private final boolean hasGoal;
    private int episode = -1;
    private int step;

    Counter(boolean hasGoal) {
      this.hasGoal = hasGoal;
    }

    @Override
    public EnvironmentSpec spec() {
      Map<String, EnvironmentSpec.Observable> seen =
          Map.of("o", new EnvironmentSpec.Observable(Shape.of(1), DType.FLOAT64));
      return new EnvironmentSpec("counter", seen, 1, 1, LENGTH, 1);
    }

    private TimeStep now(double reward) {
      End end = step < LENGTH ? End.NONE : End.TRUNCATED;
      return new TimeStep(Map.of("o", Array.of(new double[] {step}, 1)), reward, end, "");
    }

    @Override
    public TimeStep reset(RandomStream random) {
      episode++;
      step = 0;
      return now(0);
    }

    @Override
    public TimeStep step(double[] action) {
      step++;
      return now(2);
    }

    @Override
    public Optional<Boolean> success() {
      return hasGoal ? Optional.of(episode % 2 == 0 && step == 2) : Optional.empty();
    }

    @Override
    public void close() {
      // It owns nothing.
    }
  }

  /** Does nothing. */
  private static final class Idle implements Policy {
    private final DType dtype;

    Idle(DType dtype) {
      this.dtype = dtype;
    }

    @Override
    public PolicySignature signature() {
      return new PolicySignature(Map.of("o", new Observable(Shape.of(1), dtype)), 1);
    }

    @Override
    public Actor actor() {
      return new Actor() {
        private long steps;

        @Override
        public void reset(RandomStream random) {
          // Nothing of an episode is kept.
        }

        @Override
        public double[] act(Map<String, Array> observation) {
          signature().check(observation);
          steps++;
          return new double[1];
        }

        @Override
        public Metrics statistics() {
          return Metrics.NONE.with("steps", steps);
        }
      };
    }

    @Override
    public PolicyState state() {
      return PolicyState.of(signature(), Map.of());
    }

    @Override
    public void close() {
      // It owns nothing.
    }
  }

  private static Evaluation evaluate(Supplier<Environment> environments, int threads) {
    return Evaluation.run(
        new Idle(DType.FLOAT64),
        new Evaluation.Protocol(environments, 4, threads, RandomStream.root(1), StopSignal.NEVER));
  }

  /** Both rules are measured at once: met in the second step, then left again. */
  @Test
  void successIsMeasuredAtAnyAndAtTheLastStep() {
    Evaluation evaluation = evaluate(() -> new Counter(true), 1);
    assertEquals(0.5, evaluation.successAny().orElseThrow());
    assertEquals(0, evaluation.successLast().orElseThrow());
    assertEquals(0.5, evaluation.success(SuccessRule.ANY_STEP).orElseThrow());
    assertEquals(2 * LENGTH, evaluation.mean());
    assertEquals(4 * LENGTH, evaluation.actionMillis().length);
    assertEquals(4.0 * LENGTH, evaluation.statistics().get("steps"));
  }

  @Test
  void withoutAGoalNothingIsClaimed() {
    Evaluation evaluation = evaluate(() -> new Counter(false), 1);
    assertEquals(Optional.empty(), evaluation.successAny());
    assertEquals(Optional.empty(), evaluation.successLast());
  }

  /** Rewards 2 in every step, but 5 in the third. */
  private static final class Peak extends Counter {
    private int steps;

    Peak() {
      super(false);
    }

    @Override
    public TimeStep step(double[] action) {
      TimeStep step = super.step(action);
      double reward = steps++ % LENGTH == 2 ? 5 : 2;
      return new TimeStep(step.observation(), reward, step.end(), step.reason());
    }
  }

  @Test
  void bestAndLastRewardOfAnEpisodeAreMeasured() {
    Evaluation evaluation = evaluate(Peak::new, 1);
    assertEquals(5, evaluation.bestReward());
    assertEquals(2, evaluation.lastReward());
    assertEquals(2.0 * (LENGTH - 1) + 5, evaluation.mean());
  }

  /** Whichever thread has an episode, it is the same episode. */
  @Test
  void threadsDoNotChangeTheResult() {
    double[] one = evaluate(Lottery::new, 1).returns();
    assertArrayEquals(one, evaluate(Lottery::new, 2).returns());
    assertArrayEquals(one, evaluate(Lottery::new, 3).returns());
    assertEquals(4, Arrays.stream(one).distinct().count());
  }

  /** Rewards whatever its first state was drawn to be. */
  private static final class Lottery extends Counter {
    private double drawn;

    Lottery() {
      super(false);
    }

    @Override
    public TimeStep reset(RandomStream random) {
      drawn = random.nextDouble();
      return super.reset(random);
    }

    @Override
    public TimeStep step(double[] action) {
      TimeStep step = super.step(action);
      return new TimeStep(step.observation(), drawn, step.end(), step.reason());
    }
  }

  @Test
  void stopsBetweenTwoSteps() {
    int[] polls = {0};
    Evaluation evaluation =
        Evaluation.run(
            new Idle(DType.FLOAT64),
            new Evaluation.Protocol(
                () -> new Counter(false),
                4,
                1,
                RandomStream.root(1),
                () -> ++polls[0] > LENGTH + 2));
    assertEquals(1, evaluation.episodes().size(), "the episode that was stopped is not counted");
  }

  @Test
  void refusesAnEnvironmentThatGivesSomethingElse() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Evaluation.run(
                    new Idle(DType.UINT8),
                    new Evaluation.Protocol(
                        () -> new Counter(false), 1, 1, RandomStream.root(1), StopSignal.NEVER)));
    assertTrue(error.getMessage().contains("observation o: expected UINT8"), error::getMessage);
  }
}
