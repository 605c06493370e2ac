package dev.difftop.app.reference.format;

import dev.difftop.api.config.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Declaration of an object in a problem file: all the keys that it may have. Sizes come before the
 * arrays whose shapes refer to them.
 */
public record Format(List<Field> fields) {
  private static final int MOST_SHOWN = 60;

  static Format of(Field... fields) {
    return new Format(List.of(fields));
  }

  /** The names of its keys, in order. */
  List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /**
   * Reads an object and checks it: no unknown key, every required one, types, shapes and ranges.
   *
   * @param path place of the object in the file; empty for the file itself
   * @param known sizes that are known outside of it
   * @param faults receives whatever is wrong
   */
  public Values read(
      Map<String, Object> object, String path, Map<String, Integer> known, Faults faults) {
    List<String> names = names();
    for (String key : object.keySet()) {
      if (!names.contains(key)) {
        faults.add("UNKNOWN_KEY", below(path, key), "unknown key" + hint(key));
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, Integer> sizes = new TreeMap<>(known);
    for (Field field : fields) {
      Object raw = object.get(field.name());
      String place = below(path, field.name());
      if (raw != null) {
        Object value = new Reading(field, place, sizes, faults).value(raw);
        values.put(field.name(), value);
        if (value instanceof Integer size) {
          sizes.put(field.name(), size);
        } else if (field.type() == Field.Type.TEXTS && value instanceof List<?> texts) {
          sizes.put(field.name(), texts.size());
        }
      } else if (field.required()) {
        String found = object.containsKey(field.name()) ? "is null" : "is missing";
        faults.add("MISSING_KEY", place, found + ", expected " + field.doc());
      } else if (object.containsKey(field.name())) {
        values.put(field.name(), null);
      }
    }
    return new Values(path, values, sizes);
  }

  /** The nearest known key; all that are read, if none is near. */
  private String hint(String key) {
    return Nearest.to(key, names())
        .map(near -> "; did you mean " + near + "?")
        .orElseGet(
            () ->
                "; known here: "
                    + fields.stream()
                        .filter(field -> field.type() != Field.Type.ANY)
                        .map(Field::name)
                        .collect(Collectors.joining(", ")));
  }

  static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A value of a file in a message, cut if it is long. */
  static String shown(Object value) {
    if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? Long.toString(number.longValue())
          : number.toString();
    }
    if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  /** Reads one value. What is wrong is added to the faults, and has no value. */
  private record Reading(Field field, String path, Map<String, Integer> sizes, Faults faults) {
    Object value(Object raw) {
      return switch (field.type()) {
        case TEXT -> text(raw);
        case COUNT -> count(raw);
        case NUMBER -> number(raw);
        case ARRAY -> array(raw);
        case TEXTS -> texts(raw);
        case OBJECT -> object(raw, path);
        case OBJECTS -> objects(raw);
        case BOUND, ANY -> raw;
      };
    }

    private Object fault(String kind, String message) {
      faults.add(kind, path, message);
      return null;
    }

    private Object mismatch(Object raw, String expected) {
      return fault("TYPE_MISMATCH", "found %s, expected %s".formatted(shown(raw), expected));
    }

    private Object text(Object raw) {
      return raw instanceof String ? raw : mismatch(raw, "a text");
    }

    private Object count(Object raw) {
      String expected = field.limits().expected("a whole number");
      if (!(raw instanceof Double number) || number != Math.rint(number)) {
        return mismatch(raw, expected);
      }
      return field.limits().contains(number)
          ? Integer.valueOf(number.intValue())
          : fault("OUT_OF_RANGE", "found %s, expected %s".formatted(shown(raw), expected));
    }

    private Object number(Object raw) {
      String expected = field.limits().expected("a number");
      if (!(raw instanceof Double number)) {
        return mismatch(raw, expected);
      }
      return field.limits().contains(number)
          ? number
          : fault("OUT_OF_RANGE", "found %s, expected %s".formatted(shown(raw), expected));
    }

    private Object texts(Object raw) {
      if (!(raw instanceof List<?> list)) {
        return mismatch(raw, "a list of texts");
      }
      for (int i = 0; i < list.size(); i++) {
        if (!(list.get(i) instanceof String)) {
          faults.add(
              "TYPE_MISMATCH",
              path + "[" + i + "]",
              "found %s, expected a text".formatted(shown(list.get(i))));
          return null;
        }
      }
      return list;
    }

    private Object array(Object raw) {
      Optional<int[]> lengths = field.dims().lengths(sizes);
      if (lengths.isEmpty()) {
        return null; // the size that it depends on is reported
      }
      NestedNumbers found = NestedNumbers.of(raw);
      if (found.culprit().isPresent()) {
        NestedNumbers.Culprit culprit = found.culprit().get();
        faults.add("TYPE_MISMATCH", path + culprit.path(), culprit.message());
        return null;
      }
      if (!found.hasShape(lengths.get())) {
        return fault(
            "SHAPE_MISMATCH",
            "found shape %s, expected %s = %s"
                .formatted(found.shape(), field.dims(), NestedNumbers.text(lengths.get())));
      }
      return found.values();
    }

    private Object object(Object raw, String place) {
      if (!(raw instanceof Map<?, ?> map)) {
        faults.add("TYPE_MISMATCH", place, "found %s, expected an object".formatted(shown(raw)));
        return null;
      }
      Map<String, Object> members = new LinkedHashMap<>();
      map.forEach((key, value) -> members.put((String) key, value));
      return field.inner().read(members, place, sizes, faults);
    }

    private Object objects(Object raw) {
      if (!(raw instanceof List<?> list) || list.isEmpty()) {
        return mismatch(raw, "a list of at least one object");
      }
      List<Values> out = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        out.add((Values) object(list.get(i), path + "[" + i + "]"));
      }
      return out;
    }
  }
}
