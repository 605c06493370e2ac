package dev.difftop.app.experiments.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON schema (draft 2020-12) of sweep files, for editors. {@link SweepReader} reads them. */
public final class SweepSchema {
  private static final String TYPE = "type";
  private static final String DESCRIPTION = "description";
  private static final String PROPERTIES = "properties";
  private static final Map<String, Object> ANY_SECTION = Map.of(TYPE, "object");

  private SweepSchema() {}

  /**
   * The schema.
   *
   * @param run schema of the configuration of a run, whose keys a sweep file may set, too
   */
  public static Map<String, Object> document(Map<String, Object> run) {
    Map<String, Object> properties = new LinkedHashMap<>();
    Map<String, Object> base = base();
    properties.put("base", base);
    properties.put("extends", base);
    properties.put("sweep", sweep());
    if (run.get(PROPERTIES) instanceof Map<?, ?> keys) {
      keys.forEach((key, value) -> properties.putIfAbsent(key.toString(), value));
    }
    Map<String, Object> document = new LinkedHashMap<>(run);
    document.put("title", "difftop sweep file");
    document.put(DESCRIPTION, "a configuration, and how 'difftop sweep' varies it");
    document.put(PROPERTIES, properties);
    document.put("required", List.of("sweep"));
    document.put(
        "oneOf",
        List.of(Map.of("required", List.of("base")), Map.of("required", List.of("extends"))));
    // Short keys and dotted ones stand beside sections.
    document.put("additionalProperties", true);
    return document;
  }

  private static Map<String, Object> base() {
    return described(
        "the configuration that is varied: a file, preset:NAME or a list, later ones over earlier ones",
        "anyOf",
        List.of(
            Map.of(TYPE, "string"),
            Map.of(TYPE, "array", "minItems", 1, "items", Map.of(TYPE, "string"))));
  }

  private static Map<String, Object> described(String description, String key, Object value) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(DESCRIPTION, description);
    out.put(key, value);
    return out;
  }

  private static Map<String, Object> sweep() {
    Map<String, Object> keys = new LinkedHashMap<>();
    Map<String, Object> axes =
        Map.of(TYPE, "object", "additionalProperties", Map.of(TYPE, "array", "minItems", 1));
    keys.put("product", axes("every combination: key to list of values", axes));
    keys.put(
        "zip",
        described(
            "in step: key to list of values, all as long; or a list of such groups",
            "anyOf",
            List.of(axes, Map.of(TYPE, "array", "items", axes))));
    keys.put(
        "cases",
        list(
            "named changes of the base, beside the combinations",
            Map.of(
                TYPE,
                "object",
                PROPERTIES,
                Map.of("name", Map.of(TYPE, "string", "pattern", "^[A-Za-z0-9][A-Za-z0-9._ -]*$")),
                "required",
                List.of("name"))));
    keys.put("exclude", list("combinations that are left out", ANY_SECTION));
    keys.put(
        "seeds",
        described(
            "of every combination: a list, or how many from 1 on",
            "anyOf",
            List.of(
                Map.of(TYPE, "integer", "minimum", 1),
                Map.of(
                    TYPE,
                    "array",
                    "minItems",
                    1,
                    "uniqueItems",
                    true,
                    "items",
                    Map.of(TYPE, "integer")))));
    keys.put("pair-by", described("how groups are compared", "enum", List.of("seed", "none")));
    keys.put("on-invalid", described("impossible combinations", "enum", List.of("refuse", "skip")));
    keys.put("on-failure", onFailure());
    keys.put(
        "time-limit",
        described(
            "of the process of a run, as 90s, 30m, 2h",
            "pattern",
            "^[0-9]{1,9}([.][0-9]+)?[smhd]$"));
    Map<String, Object> sweep = new LinkedHashMap<>();
    sweep.put(TYPE, "object");
    sweep.put(PROPERTIES, keys);
    sweep.put("additionalProperties", false);
    return sweep;
  }

  private static Map<String, Object> onFailure() {
    return described(
        "when a run fails",
        "anyOf",
        List.of(
            Map.of("enum", List.of("continue", "stop")),
            Map.of(
                TYPE,
                "object",
                PROPERTIES,
                Map.of("retry", Map.of(TYPE, "integer", "minimum", 0)),
                "required",
                List.of("retry"),
                "additionalProperties",
                false)));
  }

  private static Map<String, Object> axes(String description, Map<String, Object> axes) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(DESCRIPTION, description);
    out.putAll(axes);
    return out;
  }

  private static Map<String, Object> list(String description, Map<String, Object> items) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(DESCRIPTION, description);
    out.put(TYPE, "array");
    out.put("items", items);
    return out;
  }
}
