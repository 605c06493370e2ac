package dev.difftop.learning.testkit;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import java.util.Map;

/** A point on a line that is pushed towards 0: observation (position, velocity), 20 steps. */
final class PointEnvironment implements Environment {
  static final String OBSERVATION = "point";
  static final int STEPS = 20;

  private static final double DT = 0.1;

  private double position;
  private double velocity;
  private int step;

  @Override
  public EnvironmentSpec spec() {
    return new EnvironmentSpec(
        "point",
        Map.of(OBSERVATION, new EnvironmentSpec.Observable(Shape.of(2), DType.FLOAT32)),
        1,
        DT,
        STEPS,
        1);
  }

  @Override
  public TimeStep reset(RandomStream random) {
    position = 2 * random.nextDouble() - 1;
    velocity = 0;
    step = 0;
    return now(0);
  }

  @Override
  public TimeStep step(double[] action) {
    double push = Math.max(-1, Math.min(1, action[0]));
    velocity += DT * (4 * push - velocity);
    position += DT * velocity;
    step++;
    return now(1 - Math.min(1, Math.abs(position)));
  }

  private TimeStep now(double reward) {
    Array seen = Array.of(new float[] {(float) position, (float) velocity}, 2);
    TimeStep.End end = step < STEPS ? TimeStep.End.NONE : TimeStep.End.TRUNCATED;
    return new TimeStep(Map.of(OBSERVATION, seen), reward, end, "");
  }

  @Override
  public void close() {
    // It owns nothing native.
  }
}
