package dev.difftop.assembly;

import dev.difftop.api.ServiceType;
import dev.difftop.assembly.yaml.PlainDocument;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * JSON schemas of configurations (draft 2020-12), for editors. A section that chooses a plugin is
 * one of the plugins that were found, each with its own keys.
 */
public final class JsonSchema {
  private static final String REFERENCE = "#/$defs/";

  private final Plugins plugins;
  private final Set<String> defined = new LinkedHashSet<>();
  private final Deque<ServiceType<?>> open = new ArrayDeque<>();

  private JsonSchema(Plugins plugins) {
    this.plugins = plugins;
  }

  /** The schema of a configuration, as plain maps, lists and texts. */
  public static Map<String, Object> of(
      Class<? extends Record> type, String title, Plugins plugins) {
    return new JsonSchema(plugins).document(Schema.of(type), title);
  }

  private Map<String, Object> document(Schema schema, String title) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    document.put("title", title);
    Map<String, Object> section = section(schema.keys());
    properties(section)
        .put(
            Sources.EXTENDS,
            Map.of(
                "description",
                "files or presets (preset:NAME) that this one is put over",
                "anyOf",
                List.of(
                    Map.of("type", "string"),
                    Map.of("type", "array", "items", Map.of("type", "string")))));
    // A file may leave out what its base gives.
    section.remove("required");
    document.putAll(section);
    Map<String, Object> definitions = new LinkedHashMap<>();
    while (!open.isEmpty()) {
      ServiceType<?> service = open.removeFirst();
      definitions.put(service.word(), choice(service));
    }
    if (!definitions.isEmpty()) {
      document.put("$defs", definitions);
    }
    return document;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> properties(Map<String, Object> section) {
    return (Map<String, Object>) section.get("properties");
  }

  private Map<String, Object> section(List<Key> keys) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Key key : keys) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("description", key.doc());
      key.defaultNode().ifPresent(node -> property.put("default", PlainDocument.value(node)));
      property.putAll(value(key.kind()));
      properties.put(key.name(), property);
      if (key.defaultText().isEmpty() && !key.isOptional()) {
        required.add(key.name());
      }
    }
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("type", "object");
    section.put("properties", properties);
    if (!required.isEmpty()) {
      section.put("required", required);
    }
    section.put("additionalProperties", false);
    return section;
  }

  /** The plugins of a service: a name, or a section with the keys of that plugin. */
  private Map<String, Object> choice(ServiceType<?> service) {
    List<Plugin> found = plugins.of(service.type());
    List<Object> options = new ArrayList<>();
    options.add(Map.of("enum", found.stream().map(Plugin::name).toList()));
    for (Plugin plugin : found) {
      Map<String, Object> section = section(plugin.schema().keys());
      Map<String, Object> named = new LinkedHashMap<>();
      named.put(PluginKind.PLUGIN, Map.of("const", plugin.name(), "description", plugin.summary()));
      named.putAll(properties(section));
      section.put("properties", named);
      section.put("required", List.of(PluginKind.PLUGIN));
      options.add(section);
    }
    return Map.of("anyOf", options);
  }

  private Map<String, Object> value(Kind kind) {
    if (kind instanceof PluginKind choice) {
      if (defined.add(choice.service().word())) {
        open.add(choice.service());
      }
      return Map.of("$ref", REFERENCE + choice.service().word());
    } else if (kind instanceof Schema schema) {
      return section(schema.keys());
    } else if (kind instanceof Containers.OptionalOf optional) {
      return value(optional.inner());
    } else if (kind instanceof Containers.ListOf list) {
      return Map.of("type", "array", "items", value(list.inner()));
    } else if (kind instanceof Containers.ArrayOf array) {
      return Map.of("type", "array", "items", value(array.inner()));
    } else if (kind instanceof Containers.MapOf map) {
      return Map.of("type", "object", "additionalProperties", value(map.inner()));
    }
    return scalar(kind);
  }

  private static Map<String, Object> scalar(Kind kind) {
    if (kind instanceof Scalars.Flag) {
      return Map.of("type", "boolean");
    } else if (kind instanceof Scalars.OneOf one) {
      return Map.of("enum", one.words());
    } else if (kind instanceof Scalars.Whole whole) {
      return number("integer", whole.bounds());
    } else if (kind instanceof Scalars.Real real) {
      Map<String, Object> number = number("number", real.bounds());
      return real.bounds().infinite()
          ? Map.of("anyOf", List.of(number, Map.of("enum", List.of(".inf", "-.inf"))))
          : number;
    }
    return Map.of("type", "string");
  }

  private static Map<String, Object> number(String type, Bounds bounds) {
    Map<String, Object> number = new LinkedHashMap<>();
    number.put("type", type);
    if (!Double.isInfinite(bounds.min())) {
      number.put(bounds.open() ? "exclusiveMinimum" : "minimum", bounds.min());
    }
    if (!Double.isInfinite(bounds.max())) {
      number.put(bounds.open() ? "exclusiveMaximum" : "maximum", bounds.max());
    }
    return number;
  }
}
