package dev.difftop.api.dataset;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;

/**
 * What a batch holds of a field: rows relative to the step i that a window belongs to. Rows before
 * the first and after the last row of an episode repeat those.
 *
 * <pre>{@code
 * List.of(
 *     WindowField.history("obs/state", 2),      // o_{i-1}, o_i
 *     WindowField.chunk("actions", 16),         // a_i to a_{i+15}
 *     WindowField.goal("obs/state"),            // the last observation of the episode, as goal/state
 *     WindowField.mask(0, 15))                  // 1 where the row exists, 0 where it is repeated
 * }</pre>
 *
 * @param field a key of {@link Dataset#fields()}; {@link #MASK} for the mask
 * @param name the key in the batch
 * @param first the first row, relative to i
 * @param last the last row, relative to i; at least {@code first}
 * @param goal whether it is the last row of the episode instead
 */
public record WindowField(String field, String name, int first, int last, boolean goal) {
  /** Name of the mask in a batch: float32, 1 for rows that exist, 0 for repeated ones. */
  public static final String MASK = "window/mask";

  private static final String OBSERVATIONS = "obs/";
  private static final int ALL = Integer.MAX_VALUE;

  /** Refuses an empty range. */
  public WindowField {
    if (last < first) {
      throw new IllegalArgumentException(
          "%s: found rows %d to %d of a window, expected at least one"
              .formatted(field, first, last));
    }
  }

  /** Every row of the window: K - 1 before the step, L from it on. */
  public static WindowField whole(String field) {
    return new WindowField(field, field, -ALL, ALL, false);
  }

  /** The rows {@code i - (rows - 1)} to i: what was observed up to the step. */
  public static WindowField history(String field, int rows) {
    return new WindowField(field, field, 1 - rows, 0, false);
  }

  /** The rows i to {@code i + rows - 1}: what is done from the step on. */
  public static WindowField chunk(String field, int rows) {
    return new WindowField(field, field, 0, rows - 1, false);
  }

  /** The rows {@code i + first} to {@code i + last}. */
  public static WindowField rows(String field, int first, int last) {
    return new WindowField(field, field, first, last, false);
  }

  /** The last row of the episode: {@code goal/NAME} of {@code obs/NAME}. */
  public static WindowField goal(String field) {
    String own = field.startsWith(OBSERVATIONS) ? field.substring(OBSERVATIONS.length()) : field;
    return new WindowField(field, "goal/" + own, 0, 0, true);
  }

  /** Which of the rows {@code i + first} to {@code i + last} exist. */
  public static WindowField mask(int first, int last) {
    return new WindowField(MASK, MASK, first, last, false);
  }

  boolean isMask() {
    return field.equals(MASK);
  }

  /** The same, with a whole window's rows made those of a rule. */
  WindowField within(Windows.Rule rule) {
    int least = 1 - rule.frameStack();
    int most = rule.length() - 1;
    if (first == -ALL && last == ALL) {
      return new WindowField(field, name, least, most, goal);
    } else if (first < least || last > most) {
      throw new IllegalArgumentException(
          "%s: found rows %d to %d of a window of rows %d to %d; make length or frame stack larger"
              .formatted(field, first, last, least, most));
    }
    return this;
  }

  /** Number of rows. */
  int count() {
    return last - first + 1;
  }

  /** Shape in a batch: (B, rows, …), of a goal (B, …). */
  Shape shape(int batch, Dataset dataset) {
    int[] row = isMask() ? new int[0] : dataset.fields().get(field).shape().dims();
    int lead = goal ? 1 : 2;
    int[] dims = new int[row.length + lead];
    dims[0] = batch;
    if (!goal) {
      dims[1] = count();
    }
    System.arraycopy(row, 0, dims, lead, row.length);
    return Shape.of(dims);
  }

  DType dtype(Dataset dataset) {
    return isMask() ? DType.FLOAT32 : dataset.fields().get(field).dtype();
  }
}
