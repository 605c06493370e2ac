package dev.difftop.app.reference.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Numbers in nested lists, as a file has them.
 *
 * @param shape of the lists as a text; {@code ragged} where rows differ
 * @param dims lengths of the axes; empty if ragged
 * @param values row-major; NaN where the file says {@code null}
 * @param culprit the first entry that is no finite number
 */
record NestedNumbers(
    String shape, Optional<int[]> dims, double[] values, Optional<Culprit> culprit) {
  /**
   * An entry that is no number.
   *
   * @param path its place below the array, such as {@code [3][0]}
   * @param message what was found and expected
   */
  record Culprit(String path, String message) {}

  /** Of lists of numbers. */
  static NestedNumbers of(Object raw) {
    return new Collector(false).collect(raw);
  }

  /** Of lists of numbers and {@code null}. */
  static NestedNumbers withGaps(Object raw) {
    return new Collector(true).collect(raw);
  }

  /** Whether it has exactly these axes. An empty list has every axis below it. */
  boolean hasShape(int[] expected) {
    if (dims.isEmpty()) {
      return false;
    }
    int[] found = dims.get();
    int common = Math.min(found.length, expected.length);
    boolean prefix = Arrays.equals(found, 0, common, expected, 0, common);
    return prefix && (found.length == expected.length || endsEmpty(found, expected));
  }

  private static boolean endsEmpty(int[] found, int[] expected) {
    return found.length < expected.length && found.length > 0 && found[found.length - 1] == 0;
  }

  /** As {@code [20][2]}; {@code a number} without axes. */
  static String text(int[] dims) {
    if (dims.length == 0) {
      return "a number";
    }
    StringBuilder text = new StringBuilder();
    for (int d : dims) {
      text.append('[').append(d).append(']');
    }
    return text.toString();
  }

  private static final class Collector {
    private final boolean gaps;
    private final List<int[]> lengths = new ArrayList<>();
    private double[] values = new double[16];
    private int count;
    private boolean ragged;
    private Culprit culprit;

    Collector(boolean gaps) {
      this.gaps = gaps;
    }

    NestedNumbers collect(Object raw) {
      add(raw, 0, "");
      int[] dims = lengths.stream().mapToInt(axis -> axis[0]).toArray();
      return new NestedNumbers(
          ragged ? text(dims) + " with rows of different lengths" : text(dims),
          ragged ? Optional.empty() : Optional.of(dims),
          Arrays.copyOf(values, count),
          Optional.ofNullable(culprit));
    }

    private void add(Object raw, int axis, String path) {
      if (culprit != null) {
        return;
      }
      if (raw instanceof List<?> list) {
        addList(list, axis, path);
      } else if (raw instanceof Double number && Double.isFinite(number)) {
        addNumber(number, axis);
      } else if (raw == null && gaps) {
        addNumber(Double.NaN, axis);
      } else {
        culprit =
            new Culprit(
                path,
                "found %s, expected a finite number%s"
                    .formatted(Format.shown(raw), gaps ? " or null" : ""));
      }
    }

    private void addList(List<?> list, int axis, String path) {
      if (axis == lengths.size()) {
        ragged |= count > 0;
        lengths.add(new int[] {list.size()});
      } else {
        ragged |= lengths.get(axis)[0] != list.size();
      }
      for (int i = 0; i < list.size(); i++) {
        add(list.get(i), axis + 1, path + "[" + i + "]");
      }
    }

    private void addNumber(double number, int axis) {
      ragged |= axis != lengths.size();
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = number;
    }
  }
}
