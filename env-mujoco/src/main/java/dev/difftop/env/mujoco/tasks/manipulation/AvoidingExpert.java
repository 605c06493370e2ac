package dev.difftop.env.mujoco.tasks.manipulation;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.tasks.definition.StateCheck;

/**
 * Crosses the posts of {@code avoiding} on one of the 24 routes: a path through the middles of its
 * gaps, varied by a smooth noise that is drawn once an episode, followed by pure pursuit. Its
 * actions are a function of the state and of the path, so that it recovers from disturbances.
 */
final class AvoidingExpert implements Expert {
  private static final int STATE = 6;
  private static final int DESIRED = 4;

  /** Distance between the middles of neighbouring gaps, metres. */
  private static final double PITCH = 0.15;

  /** The path is straight from so far before a row to so far behind it. */
  private static final double STRAIGHT = 0.04;

  /** Most by which the path misses the middle of a gap, before noise. */
  private static final double OFF_MIDDLE = 0.015;

  /** Amplitude of each wave of the noise, metres. */
  private static final double NOISE = 0.003;

  private static final int WAVES = 3;
  private static final double END = 0.42;
  private static final double SPACING = 0.002;

  /** How far ahead on the path the desired position is moved to, metres. */
  private static final double LOOKAHEAD = 0.02;

  /** Order in which routes are taken: a step that has no factor in common with 24. */
  private static final int STRIDE = 7;

  private static final double SKEW = 0.8;

  private final boolean balanced;
  private double[][] path = {{Avoiding.START_X, Avoiding.START_Y}};
  private double speed = 1;
  private int nearest;

  /**
   * An expert.
   *
   * @param balanced whether it takes the routes in turn, by the number of the episode
   */
  AvoidingExpert(Model model, boolean balanced) {
    StateCheck.require(model, "hand_x", "hand_y");
    this.balanced = balanced;
  }

  @Override
  public void begin(RandomStream random) {
    begin((long) (random.child("route").nextDouble() * Avoiding.routes()), random);
  }

  @Override
  public void begin(long episode, RandomStream random) {
    int turn = balanced ? (int) (episode % Avoiding.routes()) : skewed(random.child("route"));
    path = path(Avoiding.gaps(STRIDE * turn % Avoiding.routes()), random.child("path"));
    speed = random.child("speed").nextDouble(0.75, 1);
    nearest = 0;
  }

  /** The number k with probability in proportion to 0.8^k. */
  private static int skewed(RandomStream random) {
    double left = random.nextDouble() * (1 - Math.pow(SKEW, Avoiding.routes())) / (1 - SKEW);
    int k = 0;
    for (double weight = 1; k < Avoiding.routes() - 1 && left >= weight; weight *= SKEW) {
      left -= weight;
      k++;
    }
    return k;
  }

  private static double[][] path(int[] gaps, RandomStream random) {
    double[] middles = new double[gaps.length];
    for (int row = 0; row < gaps.length; row++) {
      double first = 0.5 - PITCH * (Avoiding.GAPS[row] - 1) / 2;
      middles[row] = first + PITCH * gaps[row] + random.nextDouble(-OFF_MIDDLE, OFF_MIDDLE);
    }
    double[] amplitudes = new double[WAVES];
    double[] phases = new double[WAVES];
    for (int wave = 0; wave < WAVES; wave++) {
      amplitudes[wave] = random.nextDouble(-NOISE, NOISE);
      phases[wave] = random.nextDouble(0, 2 * Math.PI);
    }
    int count = (int) Math.round((END - Avoiding.START_Y) / SPACING) + 1;
    double[][] path = new double[count][];
    for (int i = 0; i < count; i++) {
      double y = Avoiding.START_Y + SPACING * i;
      double noise = 0;
      for (int wave = 0; wave < WAVES; wave++) {
        double turns = (wave + 1) * (y - Avoiding.START_Y) / (END - Avoiding.START_Y);
        noise += amplitudes[wave] * Math.sin(2 * Math.PI * turns + phases[wave]);
      }
      path[i] = new double[] {centre(middles, y) + noise, y};
    }
    return path;
  }

  /** The path without noise: straight at the rows, smooth between them. */
  private static double centre(double[] middles, double y) {
    double x = Avoiding.START_X;
    double from = Avoiding.START_Y;
    for (int row = 0; row < middles.length; row++) {
      double upTo = Avoiding.ROWS[row] - STRAIGHT;
      double share = Math.max(0, Math.min(1, (y - from) / (upTo - from)));
      x += (middles[row] - x) * share * share * (3 - 2 * share);
      from = Avoiding.ROWS[row] + STRAIGHT;
    }
    return x;
  }

  @Override
  public double[] act(double[] state) {
    StateCheck.requireLength("avoiding", state, STATE);
    double x = state[DESIRED];
    double y = state[DESIRED + 1];
    advanceAlong(x, y);
    int ahead = nearest;
    while (ahead < path.length - 1 && distance(ahead, x, y) < LOOKAHEAD) {
      ahead++;
    }
    double dx = path[ahead][0] - x;
    double dy = path[ahead][1] - y;
    double scale = speed / Math.max(1e-9, Math.hypot(dx, dy));
    return new double[] {scale * dx, scale * dy};
  }

  /** Moves to the nearest point of the path, never back. */
  private void advanceAlong(double x, double y) {
    while (nearest < path.length - 1 && distance(nearest + 1, x, y) <= distance(nearest, x, y)) {
      nearest++;
    }
  }

  private double distance(int point, double x, double y) {
    return Math.hypot(path[point][0] - x, path[point][1] - y);
  }

  @Override
  public void close() {
    // It owns nothing.
  }
}
