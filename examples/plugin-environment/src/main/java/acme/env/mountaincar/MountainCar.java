package acme.env.mountaincar;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.api.environment.TimeStep.End;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;

/**
 * A car in a valley whose motor is too weak to climb the hill directly: v' = v + power u - 0.0025
 * cos(3 x), x' = x + v', after Moore, "Efficient memory-based learning for robot control", 1990. At
 * x = 0.45 the goal is met and the episode terminates. Observed: x and v. Reward: 1 there, less
 * 0.001 u² in every step.
 */
final class MountainCar implements Environment, Environment.Simulator, Environment.Goal {
  private static final double GOAL = 0.45;
  private static final double LEFT = -1.2;
  private static final double FASTEST = 0.07;

  private final MountainCarConfig config;
  private final double[] state = new double[2];
  private int steps;
  private boolean running;
  private boolean closed;

  @Inject
  MountainCar(MountainCarConfig config) {
    this.config = config;
  }

  @Override
  public EnvironmentSpec spec() {
    var observable = new EnvironmentSpec.Observable(Shape.of(2), DType.FLOAT64);
    return new EnvironmentSpec(
        "mountain-car", Map.of("state", observable), 1, 1, config.episodeSteps(), 1);
  }

  @Override
  public TimeStep reset(RandomStream random) {
    requireOpen();
    state[0] = random.nextDouble(-0.6, -0.4);
    state[1] = 0;
    steps = 0;
    running = true;
    return new TimeStep(observe(), 0, End.NONE, "");
  }

  @Override
  public TimeStep step(double[] action) {
    requireOpen();
    if (!running) {
      throw new IllegalStateException("mountain-car: no episode is running; call reset first");
    }
    if (action.length != 1 || Double.isNaN(action[0])) {
      throw new IllegalArgumentException(
          action.length != 1
              ? "action has length " + action.length + ", expected 1"
              : "action[0] is NaN, expected a number in [-1, 1]");
    }
    double u = Math.max(-1, Math.min(1, action[0]));
    double v = state[1] + config.power() * u - 0.0025 * Math.cos(3 * state[0]);
    state[1] = Math.max(-FASTEST, Math.min(FASTEST, v));
    state[0] += state[1];
    if (state[0] < LEFT) {
      state[0] = LEFT;
      state[1] = 0;
    }
    steps++;
    boolean met = isAtGoal();
    boolean late = steps >= config.episodeSteps();
    End end = met ? End.TERMINATED : late ? End.TRUNCATED : End.NONE;
    running = end == End.NONE;
    return new TimeStep(observe(), (met ? 1 : 0) - 0.001 * u * u, end, "");
  }

  private boolean isAtGoal() {
    return state[0] >= GOAL;
  }

  @Override
  public Optional<Boolean> success() {
    requireOpen();
    return Optional.of(isAtGoal());
  }

  @Override
  public int simulatorStateSize() {
    return 2;
  }

  @Override
  public double[] simulatorState() {
    return state.clone();
  }

  @Override
  public void setSimulatorState(double[] given) {
    if (given.length != 2) {
      throw new IllegalArgumentException("state has length " + given.length + ", expected 2");
    }
    state[0] = given[0];
    state[1] = given[1];
  }

  @Override
  public Map<String, Array> observe() {
    return Map.of("state", Array.of(state.clone(), 2));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("mountain-car is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
