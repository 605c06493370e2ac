package dev.difftop.learning.data;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.learning.LearnerContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Low-dimensional demonstrations in memory, as rows of float32: what imitation learns from. Rows of
 * all episodes lie one after the other.
 */
public final class Demonstrations {
  private final Map<String, Shape> observationShapes = new LinkedHashMap<>();
  private final Map<String, float[]> observations = new LinkedHashMap<>();
  private final Map<String, DType> observationTypes = new LinkedHashMap<>();
  private final float[] actions;
  private final int actionSize;
  private final int[] starts;
  private final double meanReturn;

  /**
   * Reads a dataset.
   *
   * @param keys names of the observations, {@code obs/NAME} in the dataset
   * @throws dev.difftop.api.DataException naming the observation or field that is missing, and
   *     those that are there
   */
  public Demonstrations(Dataset dataset, List<String> keys) {
    List<Dataset.Episode> episodes = dataset.episodes();
    this.starts = new int[episodes.size() + 1];
    for (int e = 0; e < episodes.size(); e++) {
      starts[e + 1] = starts[e] + episodes.get(e).length();
    }
    DemonstrationChecks.field(dataset, "actions");
    this.actionSize = dataset.fields().get("actions").shape().size();
    this.actions = readAll(dataset, "actions");
    for (String key : keys) {
      String field = "obs/" + key;
      DemonstrationChecks.field(dataset, field);
      observationShapes.put(key, dataset.fields().get(field).shape());
      observationTypes.put(key, dataset.fields().get(field).dtype());
      observations.put(key, readAll(dataset, field));
    }
    this.meanReturn = meanReturn(dataset);
  }

  /**
   * The demonstrations of a run, checked against what its policy observes.
   *
   * @throws IllegalArgumentException if shapes differ; lists everything
   * @throws dev.difftop.api.DataException if a field is missing or cannot be read
   */
  public static Demonstrations of(LearnerContext context) {
    Demonstrations data =
        new Demonstrations(
            context.dataset(), List.copyOf(context.signature().observations().keySet()));
    DemonstrationChecks.require(context);
    return data;
  }

  private float[] readAll(Dataset dataset, String field) {
    int size = dataset.fields().get(field).shape().size();
    float[] out = new float[Math.multiplyExact(starts[starts.length - 1], size)];
    for (int e = 0; e < starts.length - 1; e++) {
      int count = starts[e + 1] - starts[e];
      Array rows = dataset.read(e, field, 0, count);
      rows.read(0, out, starts[e] * size, count * size);
    }
    return out;
  }

  private double meanReturn(Dataset dataset) {
    if (!dataset.fields().containsKey("rewards")) {
      return Double.NaN;
    }
    double sum = 0;
    for (float r : readAll(dataset, "rewards")) {
      sum += r;
    }
    return sum / episodes();
  }

  /** Number of episodes. */
  public int episodes() {
    return starts.length - 1;
  }

  /** How many episodes a share for validation is, the last ones; at most all but one. */
  public int heldOut(double share) {
    return Math.min((int) Math.round(share * episodes()), Math.max(0, episodes() - 1));
  }

  /** Number of rows. */
  public int rows() {
    return starts[starts.length - 1];
  }

  /** Number of the first row of an episode; of {@link #episodes}, the number of all rows. */
  public int firstRow(int episode) {
    return starts[episode];
  }

  /** Length of the longest episode. */
  public int longestEpisode() {
    int longest = 0;
    for (int e = 0; e < episodes(); e++) {
      longest = Math.max(longest, starts[e + 1] - starts[e]);
    }
    return longest;
  }

  /** Length of the shortest episode. */
  public int shortestEpisode() {
    int shortest = rows();
    for (int e = 0; e < episodes(); e++) {
      shortest = Math.min(shortest, starts[e + 1] - starts[e]);
    }
    return shortest;
  }

  /** The episode that a row belongs to. */
  public int episodeOf(int row) {
    int found = Arrays.binarySearch(starts, row);
    int episode = found >= 0 ? found : -found - 2;
    while (starts[episode + 1] == starts[episode]) {
      episode++;
    }
    return episode;
  }

  /** The observations of a row, as they were read, by name. */
  public Map<String, Array> observation(int row) {
    Map<String, Array> out = new LinkedHashMap<>();
    observationShapes.forEach(
        (key, shape) -> {
          Array one = Array.zeros(observationTypes.get(key), shape);
          one.write(0, observations.get(key), row * shape.size(), shape.size());
          out.put(key, one);
        });
    return out;
  }

  /** nu. */
  public int actionSize() {
    return actionSize;
  }

  /** Mean over episodes of the sum of rewards; NaN without rewards. */
  public double meanReturn() {
    return meanReturn;
  }

  /** Shape of each observation, without batch. */
  public Map<String, Shape> observationShapes() {
    return observationShapes;
  }

  /** All rows of an observation, (rows, n); shared. */
  public float[] observation(String key) {
    return observations.get(key);
  }

  /** All actions, (rows, nu); shared. */
  public float[] actions() {
    return actions;
  }

  /**
   * Rows that have at least {@code steps} rows of the same episode after them.
   *
   * @param episode from this one
   * @param end up to, without, this one
   */
  public int[] windowStarts(int steps, int episode, int end) {
    List<Integer> rows = new ArrayList<>();
    for (int e = episode; e < end; e++) {
      for (int r = starts[e]; r + steps < starts[e + 1]; r++) {
        rows.add(r);
      }
    }
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Draws rows, with replacement. */
  public static int[] draw(int[] from, int count, RandomGenerator random) {
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = from[random.nextInt(from.length)];
    }
    return rows;
  }

  /** Copies an observation, normalised, {@code offset} rows after the given ones, to (B, n). */
  public void gather(String key, int[] rows, int offset, Normalizer normalizer, Array into) {
    int n = observationShapes.get(key).size();
    float[] all = observations.get(key);
    for (int b = 0; b < rows.length; b++) {
      for (int j = 0; j < n; j++) {
        into.set(b * n + j, normalizer.normalize(all[(rows[b] + offset) * n + j], j));
      }
    }
  }

  /** A copy of normalised actions, {@code count} of them from each row on, (B, count, nu). */
  public double[] gatherActions(int[] rows, int count, Normalizer normalizer) {
    double[] out = new double[rows.length * count * actionSize];
    int i = 0;
    for (int row : rows) {
      for (int t = 0; t < count; t++) {
        for (int j = 0; j < actionSize; j++) {
          out[i++] = normalizer.normalize(actions[(row + t) * actionSize + j], j);
        }
      }
    }
    return out;
  }

  /** Zeros of the shape of an observation batch. */
  static Array zeros(int batch, Shape sample) {
    return Array.zeros(DType.FLOAT32, Shape.batched(sample.dims()).withBatch(batch));
  }
}
