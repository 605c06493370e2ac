package dev.difftop.api.dataset;

import dev.difftop.api.array.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * What is odd in a dataset and no error: what the reader found when it opened the file ({@link
 * Dataset#warnings()}: overlapping filters, missing episodes, …), and what only the numbers show.
 *
 * <ul>
 *   <li>Numbers that are not finite, which learners refuse.
 *   <li>Actions beyond the range: how many rows, how far.
 *   <li>Jumps inside an episode: an observation changes in one step by more than {@value
 *       #JUMP_FACTOR} times what all but five percent of its steps reach, and by more than a
 *       quarter of its range. That is a reset that no end marker states, a wrapped angle, or an
 *       impact.
 * </ul>
 *
 * <p>Images, and rows of more than {@value #MOST_COLUMNS} numbers, are not read. Memory is bounded:
 * long episodes are read by part.
 */
public final class DatasetWarnings {
  private static final int JUMP_FACTOR = 10;
  private static final double LEAST_SHARE_OF_RANGE = 0.25;
  private static final int BLOCK_ELEMENTS = 1 << 18;
  private static final int MOST_COLUMNS = 4096;
  private static final String ACTIONS = "actions";
  private static final String OBSERVATIONS = "obs/";

  private final Dataset dataset;
  private final List<String> warnings = new ArrayList<>();

  private DatasetWarnings(Dataset dataset) {
    this.dataset = dataset instanceof CheckedDataset c ? c.allowingAnyNumber() : dataset;
    warnings.addAll(dataset.warnings());
  }

  /** The warnings, with actions expected in [-1, 1]. */
  public static List<String> of(Dataset dataset) {
    return of(dataset, new double[] {-1}, new double[] {1});
  }

  /**
   * The warnings.
   *
   * @param low least actions that the environment takes, one or one for each element
   * @param high largest actions
   */
  public static List<String> of(Dataset dataset, double[] low, double[] high) {
    DatasetWarnings all = new DatasetWarnings(dataset);
    dataset
        .fields()
        .forEach(
            (name, field) -> {
              int width = field.shape().size();
              if (field.dtype() != DType.UINT8 && width > 0 && width <= MOST_COLUMNS) {
                all.look(name, field, low, high);
              }
            });
    return List.copyOf(all.warnings);
  }

  private void look(String name, Dataset.Field field, double[] low, double[] high) {
    int width = field.shape().size();
    Finiteness finiteness = new Finiteness();
    ActionRange range = name.equals(ACTIONS) ? new ActionRange(low, high, width) : null;
    StepSizes sizes = name.startsWith(OBSERVATIONS) ? new StepSizes(width) : null;
    forEach(
        name,
        field,
        (episode, from, values) -> {
          finiteness.add(episode, from, values, width);
          if (range != null) {
            range.add(values, from == 0 ? 0 : width);
          }
          if (sizes != null) {
            sizes.add(values, from == 0);
          }
        });
    finiteness.warn(name);
    if (range != null) {
      range.warning().ifPresent(warnings::add);
    }
    if (sizes != null) {
      double[] limits = sizes.limits(JUMP_FACTOR, LEAST_SHARE_OF_RANGE);
      if (sizes.exceeds(limits)) {
        jumps(name, field, limits);
      }
    }
  }

  private interface Block {
    void take(int episode, int from, double[] values);
  }

  /** Goes through a field by blocks of rows, each beginning with the last row of the one before. */
  private void forEach(String name, Dataset.Field field, Block block) {
    int step = Math.max(2, BLOCK_ELEMENTS / Math.max(1, field.shape().size()));
    for (int e = 0; e < dataset.episodes().size(); e++) {
      int length = dataset.episodes().get(e).length();
      for (int from = 0; from == 0 || from < length - 1; from += step - 1) {
        int count = Math.min(step, length - from);
        block.take(e, from, dataset.read(e, name, from, count).toDoubles());
      }
    }
  }

  /** Numbers of a field that are not finite. */
  private final class Finiteness {
    private long count;
    private String first = "";

    void add(int episode, int from, double[] values, int width) {
      // The first row was the last one of the block before.
      for (int i = from == 0 ? 0 : width; i < values.length; i++) {
        if (!Double.isFinite(values[i]) && count++ == 0) {
          first = episodeName(episode) + " row " + (from + i / width);
        }
      }
    }

    void warn(String name) {
      if (count > 0) {
        String found = count == 1 ? "1 number is" : count + " numbers are";
        warnings.add(
            "%s: %s not finite, first in %s; training refuses them".formatted(name, found, first));
      }
    }
  }

  private String episodeName(int episode) {
    return dataset.episodes().get(episode).name();
  }

  private void jumps(String name, Dataset.Field field, double[] limits) {
    int width = field.shape().size();
    long[] count = new long[1];
    String[] first = new String[1];
    forEach(
        name,
        field,
        (episode, from, values) -> {
          for (int i = width; i < values.length; i++) {
            double change = Math.abs(values[i] - values[i - width]);
            if (change > limits[i % width]) {
              if (count[0]++ == 0) {
                first[0] =
                    "%s between rows %d and %d, column %d changes by %s"
                        .formatted(
                            episodeName(episode),
                            from + i / width - 1,
                            from + i / width,
                            i % width,
                            (float) change);
              }
            }
          }
        });
    if (count[0] > 0) {
      warnings.add(
          "%s: %d %s inside episodes, first in %s: a reset without an end marker, a wrapped angle,"
                  .formatted(name, count[0], count[0] == 1 ? "jump" : "jumps", first[0])
              + " or an impact");
    }
  }
}
