package dev.difftop.env.mujoco;

import dev.difftop.api.DataException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads a parsed JSON document; every fault is a {@link DataException} that says where. */
final class ReferenceData {
  private static final String KIND = "BAD_REFERENCE";

  private final Map<String, Object> document;

  ReferenceData(Map<String, Object> document) {
    this.document = document;
  }

  /** The document itself. */
  Section root() {
    return new Section("reference", document);
  }

  /** Requires a text. */
  void require(String key, String expected) {
    Object found = document.get(key);
    if (!expected.equals(found)) {
      throw fault("reference/" + key, "found " + found + ", expected " + expected);
    }
  }

  private static DataException fault(String where, String message) {
    return new DataException(KIND, where, message, null);
  }

  /** An object of the document. */
  static final class Section {
    private final String where;
    private final Map<String, Object> content;

    private Section(String where, Map<String, Object> content) {
      this.where = where;
      this.content = content;
    }

    boolean has(String key) {
      return content.get(key) != null;
    }

    Iterable<String> keys() {
      return content.keySet();
    }

    private Object required(String key) {
      Object value = content.get(key);
      if (value == null) {
        throw fault(where, "has no \"" + key + "\"");
      }
      return value;
    }

    private String path(String key) {
      return where + "/" + key;
    }

    /** An object; empty where there is none. */
    @SuppressWarnings("unchecked")
    Map<String, Object> map(String key) {
      Object value = content.get(key);
      if (value == null) {
        return Map.of();
      }
      if (value instanceof Map<?, ?> map) {
        return (Map<String, Object>) map;
      }
      throw fault(path(key), "expected an object");
    }

    Section section(String key) {
      required(key);
      return new Section(path(key), map(key));
    }

    @SuppressWarnings("unchecked")
    List<Section> sections(String key) {
      List<?> list = list(path(key), required(key));
      return IntStream.range(0, list.size())
          .mapToObj(
              i -> {
                if (list.get(i) instanceof Map<?, ?> map) {
                  return new Section(path(key) + "[" + i + "]", (Map<String, Object>) map);
                }
                throw fault(path(key) + "[" + i + "]", "expected an object");
              })
          .toList();
    }

    boolean isObject(String key) {
      return content.get(key) instanceof Map;
    }

    double number(String key) {
      return number(path(key), required(key));
    }

    int integer(String key) {
      double value = number(key);
      if (value != Math.rint(value) || value < 1 || value > Integer.MAX_VALUE) {
        throw fault(path(key), "found " + value + ", expected a whole number of at least 1");
      }
      return (int) value;
    }

    double[] vector(String key) {
      return vector(path(key), required(key));
    }

    /** As {@link #vector}, also for a column that was written with one number per row. */
    double[] column(String key) {
      return vector(key);
    }

    /** Rows of numbers; a bare number counts as a row of one. */
    double[][] table(String key) {
      List<?> rows = list(path(key), required(key));
      double[][] out = new double[rows.size()][];
      for (int i = 0; i < out.length; i++) {
        String row = path(key) + "[" + i + "]";
        out[i] =
            rows.get(i) instanceof List<?>
                ? vector(row, rows.get(i))
                : new double[] {number(row, rows.get(i))};
      }
      return out;
    }

    /** Names, an empty one where an element has none. */
    List<String> names(String key) {
      return list(path(key), required(key)).stream()
          .map(name -> name == null ? "" : name.toString())
          .toList();
    }

    void requireLength(String key, int found, int expected) {
      if (found != expected) {
        throw fault(path(key), "has length " + found + ", expected " + expected);
      }
    }

    DataException unknown(String key, String message) {
      return fault(path(key), message);
    }

    private static List<?> list(String where, Object value) {
      if (value instanceof List<?> list) {
        return list;
      }
      throw fault(where, "expected a list");
    }

    private static double number(String where, Object value) {
      if (value instanceof Number number) {
        return number.doubleValue();
      }
      throw fault(where, "found " + value + ", expected a number");
    }

    private static double[] vector(String where, Object value) {
      List<?> list = list(where, value);
      double[] out = new double[list.size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = number(where + "[" + i + "]", list.get(i));
      }
      return out;
    }
  }
}
