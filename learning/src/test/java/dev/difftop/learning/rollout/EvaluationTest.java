package dev.difftop.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import dev.difftop.learning.Policy;
import java.util.Map;
import java.util.Optional;
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

  private static final class Idle implements Policy {
    @Override
    public void reset() {
      // It remembers nothing.
    }

    @Override
    public double[] act(Map<String, Array> observation) {
      return new double[1];
    }

    @Override
    public void close() {
      // It owns nothing.
    }
  }

  private static Evaluation evaluate(boolean hasGoal) {
    return evaluate(new Counter(hasGoal), SuccessRule.ANY_STEP);
  }

  private static Evaluation evaluate(Counter counter, SuccessRule rule) {
    return Evaluation.run(counter, new Idle(), 4, rule, RandomStream.root(1), environment -> {});
  }

  @Test
  void anEpisodeIsASuccessIfTheGoalWasMetAtSomeStep() {
    Evaluation evaluation = evaluate(true);
    assertArrayEquals(
        new boolean[] {true, false, true, false}, evaluation.successes().orElseThrow());
    assertEquals(0.5, evaluation.successRate().orElseThrow());
    assertEquals(2 * LENGTH, evaluation.mean());
  }

  @Test
  void theGoalMayHaveToBeMetAtTheEnd() {
    // Met in the second step, then left again.
    Evaluation left = evaluate(new Counter(true), SuccessRule.LAST_STEP);
    assertArrayEquals(new boolean[4], left.successes().orElseThrow());
    Evaluation stayed =
        evaluate(
            new Counter(true) {
              @Override
              public Optional<Boolean> success() {
                return super.success().map(met -> !met);
              }
            },
            SuccessRule.LAST_STEP);
    assertEquals(1, stayed.successRate().orElseThrow());
  }

  @Test
  void withoutAGoalNothingIsClaimed() {
    assertEquals(Optional.empty(), evaluate(false).successes());
    assertEquals(Optional.empty(), evaluate(false).successRate());
  }
}
