package dev.difftop.app.experiments.sweep;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a sweep to its variations: every combination of the groups, then the cases. */
final class Expansion {
  private static final int MOST = 100_000;

  private Expansion() {}

  /**
   * The variations in the order of the file; the last key varies fastest.
   *
   * @throws ConfigurationException if there is none, if there are too many, or if an exclusion
   *     matches none
   */
  static List<Variation> of(SweepSpec spec) {
    List<Map<String, String>> combinations = new ArrayList<>();
    if (!spec.groups().isEmpty() || spec.cases().isEmpty()) {
      combinations.add(new LinkedHashMap<>());
    }
    for (SweepSpec.Group group : spec.groups()) {
      combinations = crossed(combinations, group);
      if (combinations.size() > MOST) {
        throw fault(spec, "found more than %d combinations".formatted(MOST));
      }
    }
    for (Map<String, String> excluded : spec.excluded()) {
      if (!combinations.removeIf(c -> c.entrySet().containsAll(excluded.entrySet()))) {
        throw fault(spec, "exclude: %s matches no combination".formatted(excluded));
      }
    }
    List<Variation> out = new ArrayList<>(combinations.stream().map(Variation::of).toList());
    out.addAll(spec.cases());
    if (out.isEmpty()) {
      throw fault(spec, "every combination is excluded");
    }
    return out;
  }

  private static List<Map<String, String>> crossed(
      List<Map<String, String>> before, SweepSpec.Group group) {
    List<Map<String, String>> out = new ArrayList<>();
    for (Map<String, String> combination : before) {
      for (int i = 0; i < group.size(); i++) {
        Map<String, String> extended = new LinkedHashMap<>(combination);
        for (Map.Entry<String, List<String>> axis : group.values().entrySet()) {
          extended.put(axis.getKey(), axis.getValue().get(i));
        }
        out.add(extended);
      }
    }
    return out;
  }

  private static ConfigurationException fault(SweepSpec spec, String message) {
    return new ConfigurationException(new Violation("sweep", spec.file().toString(), 0, message));
  }
}
