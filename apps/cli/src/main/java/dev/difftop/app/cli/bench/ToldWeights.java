package dev.difftop.app.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * The networks of the planning problem that programs are compared on: orthonormal matrices drawn
 * from {@link Random}, so that any program can draw the same; no biases, layer norms of gain 1; the
 * last layers of reward and critics larger, so that plans differ. Latent 50, actions 6, width 512.
 */
final class ToldWeights {
  static final int OBSERVATION = 24;
  static final int LATENT = 50;
  static final int ACTION = 6;
  static final int WIDTH = 512;

  private static final int ENCODER = 256;
  private static final double REWARD_SCALE = 5;
  private static final double CRITIC_SCALE = 2;

  private final Map<String, double[]> weights = new LinkedHashMap<>();
  private final double[] observation;

  /** Draws them. */
  ToldWeights(long seed) {
    Random random = new Random(seed);
    int joined = LATENT + ACTION;
    draw(random, "encoder/", 1, OBSERVATION, ENCODER, LATENT);
    draw(random, "dynamics/", 1, joined, WIDTH, WIDTH, LATENT);
    draw(random, "cost/reward/", REWARD_SCALE, joined, WIDTH, WIDTH, 1);
    draw(random, "cost/policy/", 1, LATENT, WIDTH, WIDTH, ACTION);
    draw(random, "cost/q1/", CRITIC_SCALE, joined, WIDTH, WIDTH, 1);
    draw(random, "cost/q2/", CRITIC_SCALE, joined, WIDTH, WIDTH, 1);
    for (int critic = 0; critic < 2; critic++) {
      // Critics on observations, which planning has no use for, come before the observation.
      skip(random, OBSERVATION + ACTION, WIDTH, WIDTH, 1);
    }
    this.observation = uniform(random, OBSERVATION);
  }

  private void draw(Random random, String prefix, double lastScale, int... widths) {
    for (int layer = 0; layer + 1 < widths.length; layer++) {
      int out = widths[layer + 1];
      int in = widths[layer];
      double[] matrix = orthonormal(uniform(random, out * in), out, in);
      boolean last = layer + 2 == widths.length;
      for (int i = 0; last && i < matrix.length; i++) {
        matrix[i] *= lastScale;
      }
      weights.put(prefix + layer + "/weight", matrix);
    }
  }

  private static void skip(Random random, int... widths) {
    for (int layer = 0; layer + 1 < widths.length; layer++) {
      uniform(random, widths[layer + 1] * widths[layer]);
    }
  }

  private static double[] uniform(Random random, int count) {
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = 2 * random.nextDouble() - 1;
    }
    return out;
  }

  /** Makes the rows orthonormal in order; the columns where there are more rows. */
  private static double[] orthonormal(double[] matrix, int rows, int columns) {
    boolean tall = rows > columns;
    int count = tall ? columns : rows;
    int length = tall ? rows : columns;
    double[][] vectors = new double[count][length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        vectors[tall ? j : i][tall ? i : j] = matrix[i * columns + j];
      }
    }
    for (int k = 0; k < count; k++) {
      for (int earlier = 0; earlier < k; earlier++) {
        subtractAlong(vectors[earlier], vectors[k]);
      }
      divide(vectors[k], Math.sqrt(dot(vectors[k], vectors[k])));
    }
    double[] out = new double[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[i * columns + j] = vectors[tall ? j : i][tall ? i : j];
      }
    }
    return out;
  }

  private static void subtractAlong(double[] unit, double[] from) {
    double along = dot(unit, from);
    for (int i = 0; i < from.length; i++) {
      from[i] -= along * unit[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void divide(double[] vector, double by) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= by;
    }
  }

  /**
   * The numbers of a parameter.
   *
   * @param name such as {@code dynamics/0/weight}
   * @param size how many
   */
  double[] of(String name, int size) {
    double[] known = weights.get(name);
    if (known != null) {
      return known;
    }
    double[] out = new double[size];
    java.util.Arrays.fill(out, name.endsWith("norm/weight") ? 1 : 0);
    return out;
  }

  /** What is observed. */
  double[] observation() {
    return observation;
  }
}
