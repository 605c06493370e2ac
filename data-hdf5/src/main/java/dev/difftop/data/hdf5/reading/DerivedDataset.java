package dev.difftop.data.hdf5.reading;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.reading.DerivedConfig.Goal;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dataset with fields that are computed from its own when they are read:
 *
 * <ul>
 *   <li>{@code goal/NAME}: an observation to be reached;
 *   <li>{@code n_step/rewards}: {@code Σ_{k<m} γ^k r_{t+k}}, where m is n, or fewer at the end of
 *       an episode;
 *   <li>{@code n_step/obs/NAME}: what is observed after these m steps;
 *   <li>{@code n_step/discount}: {@code γ^m}, or 0 if the episode is done by then.
 * </ul>
 *
 * <p>Without {@code next_obs} of every observation, what comes after the last step is not known: m
 * is then one less there, unless the episode is done. Without {@code dones} no step is.
 */
public class DerivedDataset implements Dataset {
  private static final String OBSERVATIONS = "obs/";
  private static final String NEXT = "next_obs/";
  private static final String GOAL = "goal/";
  private static final String N_STEP = "n_step/";
  private static final String REWARDS = "rewards";
  private static final String DONES = "dones";
  private static final String DISCOUNT = "discount";

  private final Dataset file;
  private final DerivedConfig config;
  private final Map<String, Field> fields;
  private final boolean knowsLast;

  /**
   * Adds fields to a dataset, which it owns.
   *
   * @throws DataException if n-step fields are wanted and there are no rewards
   */
  public DerivedDataset(Dataset file, DerivedConfig config) {
    this.file = file;
    this.config = config;
    try {
      fields = Collections.unmodifiableMap(allFields());
      knowsLast = knowsLast();
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private Map<String, Field> allFields() {
    Map<String, Field> own = file.fields();
    Map<String, Field> all = new LinkedHashMap<>(own);
    if (config.goal() != Goal.NONE) {
      own.forEach((name, field) -> addObservation(all, name, field, GOAL, OBSERVATIONS.length()));
    }
    if (config.steps() == 0) {
      return all;
    } else if (!own.containsKey(REWARDS)) {
      throw new DataException(
          Kind.MISSING_KEY.name(),
          "dataset: " + REWARDS,
          "derived.steps needs it; found %s. Set derived.steps to 0".formatted(own.keySet()),
          null);
    }
    all.put(N_STEP + REWARDS, own.get(REWARDS));
    all.put(N_STEP + DISCOUNT, own.get(REWARDS));
    own.forEach((name, field) -> addObservation(all, name, field, N_STEP, 0));
    return all;
  }

  private static void addObservation(
      Map<String, Field> all, String name, Field field, String prefix, int from) {
    if (name.startsWith(OBSERVATIONS)) {
      all.put(prefix + name.substring(from), field);
    }
  }

  @Override
  public List<Episode> episodes() {
    return file.episodes();
  }

  @Override
  public Map<String, Field> fields() {
    return fields;
  }

  @Override
  public String location() {
    return file.location();
  }

  @Override
  public List<String> warnings() {
    return file.warnings();
  }

  @Override
  public Map<String, String> attributes() {
    return file.attributes();
  }

  @Override
  public Size size() {
    Size all = Dataset.super.size();
    return new Size(all.numberBytes(), all.pictureBytes(), file.size().keptBytes());
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    if (file.fields().containsKey(field) || !fields.containsKey(field)) {
      return file.read(episode, field, from, count);
    }
    // Rows that are not there are refused by the file in its own words.
    file.read(episode, file.fields().keySet().iterator().next(), from, count);
    int[] row = fields.get(field).shape().dims();
    int[] dims = new int[row.length + 1];
    dims[0] = count;
    System.arraycopy(row, 0, dims, 1, row.length);
    Array into = Array.zeros(fields.get(field).dtype(), Shape.of(dims));
    if (field.startsWith(GOAL)) {
      goals(episode, field.substring(GOAL.length()), from, into);
    } else {
      steps(episode, field.substring(N_STEP.length()), from, into);
    }
    return into;
  }

  @Override
  public void read(int episode, String field, int from, int count, Array into, int offset) {
    if (file.fields().containsKey(field)) {
      file.read(episode, field, from, count, into, offset);
    } else {
      Dataset.super.read(episode, field, from, count, into, offset);
    }
  }

  // ------------------------------------------------------------------ goals

  private void goals(int episode, String name, int from, Array into) {
    int last = length(episode) - 1;
    for (int i = 0; i < into.shape().dim(0); i++) {
      after(episode, name, config.goal() == Goal.LAST ? last : drawn(episode, from + i), into, i);
    }
  }

  private int drawn(int episode, int step) {
    RandomStream random =
        RandomStream.root(config.goalSeed()).child("goal").child(episode).child(step);
    return step + random.nextInt(length(episode) - step);
  }

  /** What is observed after a step, if the file knows it, or else in the last one. */
  private void after(int episode, String name, int step, Array into, int row) {
    int at = row * (into.size() / into.shape().dim(0));
    if (file.fields().containsKey(NEXT + name)) {
      file.read(episode, NEXT + name, step, 1, into, at);
    } else {
      int next = Math.min(step + 1, length(episode) - 1);
      file.read(episode, OBSERVATIONS + name, next, 1, into, at);
    }
  }

  private int length(int episode) {
    return file.episodes().get(episode).length();
  }

  // ------------------------------------------------------------------ n steps

  /** What comes of the steps from one on: how many, their rewards, what is left of the value. */
  private record Steps(int count, double rewards, double discount) {}

  private void steps(int episode, String what, int from, Array into) {
    int rows = into.shape().dim(0);
    int end = Math.min(length(episode), from + rows + config.steps());
    double[] rewards = file.read(episode, REWARDS, from, end - from).toDoubles();
    double[] dones =
        file.fields().containsKey(DONES)
            ? file.read(episode, DONES, from, end - from).toDoubles()
            : new double[end - from];
    for (int i = 0; i < rows; i++) {
      Steps steps = steps(rewards, dones, i, knowsLast);
      switch (what) {
        case REWARDS -> into.set(i, steps.rewards());
        case DISCOUNT -> into.set(i, steps.discount());
        default -> {
          String name = what.substring(OBSERVATIONS.length());
          afterSteps(episode, name, from + i, steps.count(), into, i);
        }
      }
    }
  }

  /** Whether what follows the last step of an episode is in the file, for every observation. */
  private boolean knowsLast() {
    return fields.keySet().stream()
        .filter(field -> field.startsWith(OBSERVATIONS))
        .allMatch(field -> fields.containsKey(NEXT + field.substring(OBSERVATIONS.length())));
  }

  private Steps steps(double[] rewards, double[] dones, int from, boolean knowsLast) {
    double sum = 0;
    double discount = 1;
    int count = 0;
    while (count < config.steps() && from + count < rewards.length) {
      boolean done = dones[from + count] != 0;
      boolean unknown = !knowsLast && from + count + 1 == rewards.length;
      if (unknown && !done) {
        break;
      }
      sum += discount * rewards[from + count];
      discount = done ? 0 : discount * config.discount();
      count++;
      if (done) {
        break;
      }
    }
    return new Steps(count, sum, discount);
  }

  private void afterSteps(int episode, String name, int step, int count, Array into, int row) {
    if (count > 0) {
      after(episode, name, step + count - 1, into, row);
    } else {
      int at = row * (into.size() / into.shape().dim(0));
      file.read(episode, OBSERVATIONS + name, step, 1, into, at);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
