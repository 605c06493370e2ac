package dev.difftop.app.experiments.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A combination of changes of the base configuration.
 *
 * @param label for people: the name of a case, or the changed values
 * @param changes key to value as YAML on one line, in the order of the file
 */
public record Variation(String label, Map<String, String> changes) {
  /** Keeps the order of the changes. */
  public Variation {
    changes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(changes));
  }

  /** A combination without a name of its own. */
  static Variation of(Map<String, String> changes) {
    String label =
        changes.isEmpty()
            ? "base"
            : changes.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    return new Variation(label, changes);
  }

  /** As {@code key=value}. */
  public List<String> overrides() {
    return changes.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** Short name for files: the values alone, in characters that every file system takes. */
  String slug() {
    String words =
        label.contains("=")
            ? changes.values().stream().map(Variation::word).collect(Collectors.joining("-"))
            : label;
    String safe = words.replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("^[-.]+|-+$", "");
    return safe.length() <= 60 ? safe : safe.substring(0, 60);
  }

  /** A plugin with settings goes by its name. */
  private static String word(String value) {
    return value.startsWith("{plugin: ") ? value.substring(9).replaceAll("[,}].*", "") : value;
  }
}
