package dev.difftop.learner.modelbased;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A point that actions push along a line; the reward is high near 0. */
public final class TinyEnvironment implements Environment {
  public static final int STEPS = 8;
  public static final int REPEAT = 2;
  static final EnvironmentSpec SPEC =
      new EnvironmentSpec(
          "tiny", Map.of("o", new Observable(Shape.of(2), DType.FLOAT64)), 1, 0.1, STEPS, REPEAT);

  private final BiFunction<Integer, Integer, Double> disturbance;
  private final int terminatesAt;
  private final List<double[]> actions = new ArrayList<>();
  private int episode;
  private int step;
  private double x;
  private double v;

  public TinyEnvironment() {
    this((episode, step) -> 0.0, Integer.MAX_VALUE);
  }

  /**
   * A disturbed one.
   *
   * @param disturbance added to the reward of an episode's step, both counted from 1
   * @param terminatesAt step that ends in a terminal state
   */
  public TinyEnvironment(BiFunction<Integer, Integer, Double> disturbance, int terminatesAt) {
    this.disturbance = disturbance;
    this.terminatesAt = terminatesAt;
  }

  /** Actions so far. */
  public List<double[]> actions() {
    return actions;
  }

  @Override
  public EnvironmentSpec spec() {
    return SPEC;
  }

  @Override
  public TimeStep reset(RandomStream random) {
    episode++;
    step = 0;
    x = random.nextDouble() - 0.5;
    v = 0;
    return new TimeStep(observed(), 0, End.NONE, "");
  }

  @Override
  public TimeStep step(double[] action) {
    actions.add(action.clone());
    step++;
    v = 0.8 * v + 0.2 * Math.max(-1, Math.min(1, action[0]));
    x += v;
    double reward = Math.exp(-x * x) + disturbance.apply(episode, step);
    End end = step >= terminatesAt ? End.TERMINATED : step == STEPS ? End.TRUNCATED : End.NONE;
    return new TimeStep(observed(), reward, end, "");
  }

  private Map<String, Array> observed() {
    return Map.of("o", Array.of(new double[] {x, v}, 2));
  }

  @Override
  public void close() {}
}
