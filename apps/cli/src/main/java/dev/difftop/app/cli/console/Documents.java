package dev.difftop.app.cli.console;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Readable lines of a plain document, for a terminal where no table fits better. */
public final class Documents {
  private static final int MOST_ITEMS = 12;
  private static final int MOST_CHARACTERS = 160;

  private Documents() {}

  public static List<String> lines(Map<String, ?> document) {
    List<String> lines = new ArrayList<>();
    addMap(Ordered.of(document), "", lines);
    return lines;
  }

  private static void addMap(Map<?, ?> map, String indent, List<String> lines) {
    map.forEach(
        (key, value) -> {
          if (value == null) {
            return; // has no value: nothing to show
          }
          if (value instanceof Map<?, ?> inner && !isFlat(inner)) {
            lines.add(indent + key + ":");
            addMap(inner, indent + "  ", lines);
          } else if (value instanceof Collection<?> items
              && items.stream().anyMatch(Map.class::isInstance)) {
            lines.add(indent + key + ":");
            items.forEach(item -> lines.add(indent + "  - " + inline(item)));
          } else {
            lines.add(indent + key + ": " + inline(value));
          }
        });
  }

  /** Whether a map is short and has nothing below it. */
  private static boolean isFlat(Map<?, ?> map) {
    return map.size() <= MOST_ITEMS / 2
        && map.values().stream().noneMatch(v -> v instanceof Map || isLong(v));
  }

  private static boolean isLong(Object value) {
    return value instanceof String text && text.length() > 40;
  }

  /** A long text, such as a whole model file, on one line and cut. */
  private static String line(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MOST_CHARACTERS
        ? line
        : line.substring(0, MOST_CHARACTERS) + " ... " + text.length() + " characters in all";
  }

  private static String inline(Object value) {
    if (value instanceof Map<?, ?> map) {
      List<String> parts = new ArrayList<>();
      map.forEach((k, v) -> parts.add(k + " " + inline(v)));
      return String.join(", ", parts);
    }
    if (value instanceof Collection<?> items) {
      return inline(items.toArray());
    }
    if (value != null && value.getClass().isArray()) {
      int length = Array.getLength(value);
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < Math.min(length, MOST_ITEMS); i++) {
        parts.add(inline(Array.get(value, i)));
      }
      if (length > MOST_ITEMS) {
        parts.add("... " + length + " in all");
      }
      return "[" + String.join(", ", parts) + "]";
    }
    if (value instanceof Double || value instanceof Float) {
      return number(((Number) value).doubleValue());
    }
    return line(String.valueOf(value));
  }

  /** Six significant digits, a whole number without a point. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e7) {
      return Long.toString((long) value);
    }
    double rounded = new BigDecimal(value).round(new MathContext(6)).doubleValue();
    return Double.toString(rounded).replace(".0E", "e").replace('E', 'e');
  }
}
