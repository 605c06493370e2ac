package dev.difftop.app.reference.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON schema (draft 2020-12) of problem files, made from {@link ProblemFormats}: what editors
 * complete and check. Shapes that depend on sizes of the file are stated in the descriptions; the
 * reader of {@code solve} checks them.
 */
public final class ProblemSchema {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ProblemSchema() {}

  /** The schema as indented JSON. */
  public static String text() {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    try {
      return MAPPER.writer(printer).writeValueAsString(document()) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema holds what JSON cannot say", e);
    }
  }

  /** The schema as a document of maps and lists. */
  public static Map<String, Object> document() {
    List<Object> kinds = new ArrayList<>();
    ProblemFormats.all()
        .forEach(
            (kind, format) -> {
              Map<String, Object> schema = new LinkedHashMap<>();
              schema.put("title", kind);
              schema.putAll(object(format));
              kinds.add(schema);
            });
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "difftop problem file");
    schema.put("description", "Trajectory problems for 'difftop solve'");
    schema.put("oneOf", kinds);
    return schema;
  }

  private static Map<String, Object> object(Format format) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Field field : format.fields()) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("description", description(field));
      property.putAll(type(field));
      properties.put(field.name(), property);
      if (field.required()) {
        required.add(field.name());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("required", required);
    schema.put("additionalProperties", false);
    return schema;
  }

  private static String description(Field field) {
    return switch (field.type()) {
      case ARRAY -> field.doc() + ", shape " + field.dims();
      case BOUND -> field.doc() + "; a number, one per stage, per component, or " + field.dims();
      default -> field.doc();
    };
  }

  private static Map<String, Object> type(Field field) {
    Map<String, Object> type = new LinkedHashMap<>();
    switch (field.type()) {
      case TEXT -> putText(field, type);
      case COUNT -> putNumber("integer", field, type);
      case NUMBER -> putNumber("number", field, type);
      case TEXTS -> type.putAll(list(Map.of("type", "string")));
      case ARRAY -> {
        type.putAll(nested(field.dims().axes().size()));
        putNullable(field, type);
      }
      case BOUND -> type.put("type", List.of("number", "array", "null"));
      case OBJECT -> type.putAll(object(field.inner()));
      case OBJECTS -> {
        type.putAll(list(object(field.inner())));
        type.put("minItems", 1);
      }
      case ANY -> {}
    }
    return type;
  }

  private static void putText(Field field, Map<String, Object> type) {
    type.put("type", "string");
    if (field.words().size() == 1) {
      String word = field.words().get(0);
      if (word.endsWith("*")) {
        type.put("pattern", "^" + word.substring(0, word.length() - 1));
      } else {
        type.put("const", word);
      }
    }
  }

  private static void putNumber(String word, Field field, Map<String, Object> type) {
    type.put("type", word);
    Limits limits = field.limits();
    if (Double.isFinite(limits.min())) {
      type.put(limits.open() ? "exclusiveMinimum" : "minimum", limits.min());
    }
    if (Double.isFinite(limits.max())) {
      type.put("maximum", limits.max());
    }
  }

  /** An array that may be left out may be {@code null}. */
  private static void putNullable(Field field, Map<String, Object> type) {
    if (!field.required()) {
      type.put("type", List.of("array", "null"));
    }
  }

  private static Map<String, Object> nested(int axes) {
    return axes == 0 ? Map.of("type", "number") : list(nested(axes - 1));
  }

  private static Map<String, Object> list(Object items) {
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("type", "array");
    list.put("items", items);
    return list;
  }
}
