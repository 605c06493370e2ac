package dev.difftop.app.reference.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shape of an array in terms of sizes that the file gives.
 *
 * @param axes one sum per axis, such as {@code T-1} or {@code nx+nu}
 */
record Dims(List<String> axes) {
  /** Of axes that are sums of whole numbers and names of sizes. */
  static Dims of(String... axes) {
    return new Dims(List.of(axes));
  }

  /** The lengths; empty if a size is not known, because it is wrong itself. */
  Optional<int[]> lengths(Map<String, Integer> sizes) {
    int[] lengths = new int[axes.size()];
    for (int i = 0; i < lengths.length; i++) {
      for (String term : axes.get(i).split("(?=[+-])")) {
        String name = term.replaceAll("^[+-]", "");
        Integer size = name.matches("\\d+") ? Integer.valueOf(name) : sizes.get(name);
        if (size == null) {
          return Optional.empty();
        }
        lengths[i] += term.startsWith("-") ? -size : size;
      }
    }
    return Optional.of(lengths);
  }

  /** As {@code [T-1][nx]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    axes.forEach(axis -> text.append('[').append(axis).append(']'));
    return text.toString();
  }
}
