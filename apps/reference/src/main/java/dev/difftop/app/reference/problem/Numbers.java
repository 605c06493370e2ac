package dev.difftop.app.reference.problem;

import dev.difftop.api.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A piece of a problem file that knows where it stands, for messages.
 *
 * @param file the file
 * @param path the piece's place inside it
 * @param value a map, a list, a number or a text
 */
record Numbers(Path file, String path, Object value) {
  /** A member, which must be there. */
  Numbers get(String name) {
    Object member = value instanceof Map<?, ?> map ? map.get(name) : null;
    String below = path.isEmpty() ? name : path + "." + name;
    if (member == null) {
      throw new DataException(
          "MISSING_KEY", file + ": " + below, "is missing; is this a trajectory problem?", null);
    }
    return new Numbers(file, below, member);
  }

  /** Whether there is a member with a value. */
  boolean has(String name) {
    return value instanceof Map<?, ?> map && map.get(name) != null;
  }

  /** The elements of a list. */
  List<Numbers> list() {
    if (!(value instanceof List<?> elements)) {
      throw new DataException(
          "TYPE_MISMATCH", file + ": " + path, "found " + value + ", expected a list", null);
    }
    List<Numbers> out = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      out.add(new Numbers(file, path + "[" + i + "]", elements.get(i)));
    }
    return out;
  }

  /** All numbers of nested lists, row-major. */
  double[] flat() {
    List<Double> out = new ArrayList<>();
    collect(value, out);
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** All numbers of nested lists, of which there must be so many. */
  double[] flat(int expected) {
    double[] values = flat();
    if (values.length != expected) {
      throw new DataException(
          "SHAPE_MISMATCH",
          file + ": " + path,
          "found %d numbers, expected %d".formatted(values.length, expected),
          null);
    }
    return values;
  }

  private void collect(Object from, List<Double> out) {
    if (from instanceof List<?> elements) {
      elements.forEach(element -> collect(element, out));
    } else if (from instanceof Number number) {
      out.add(number.doubleValue());
    } else {
      throw new DataException(
          "TYPE_MISMATCH", file + ": " + path, "found " + from + ", expected a number", null);
    }
  }

  double number() {
    return flat(1)[0];
  }

  int integer() {
    return (int) number();
  }

  String text() {
    return String.valueOf(value);
  }
}
