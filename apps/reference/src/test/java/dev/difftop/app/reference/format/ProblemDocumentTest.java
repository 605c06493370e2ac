package dev.difftop.app.reference.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The documentation and the JSON schema say what the reader reads. */
final class ProblemDocumentTest {
  /** Tables of the documentation, by what they are of: {@code lqr}, {@code lqr/instances}. */
  static Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    ProblemFormats.all()
        .forEach(
            (kind, format) -> {
              tables.put(kind, table(format));
              for (Field field : format.fields()) {
                if (field.inner() != null) {
                  tables.put(kind + "/" + field.name(), table(field.inner()));
                }
              }
            });
    return tables;
  }

  private static String table(Format format) {
    StringBuilder text = new StringBuilder("| key | holds | |\n|---|---|---|");
    for (Field field : format.fields()) {
      text.append("\n| `%s` | %s | %s |".formatted(field.name(), type(field), doc(field)));
    }
    return text.toString();
  }

  private static String doc(Field field) {
    return (field.required() || field.type() == Field.Type.ANY ? "" : "optional: ") + field.doc();
  }

  private static String type(Field field) {
    return switch (field.type()) {
      case TEXT -> "`" + field.words().get(0) + "`";
      case COUNT -> field.limits().expected("whole number");
      case NUMBER -> field.limits().expected("number");
      case ARRAY -> "`" + field.dims() + "`";
      case TEXTS -> "list of texts";
      case BOUND -> "bound";
      case OBJECT -> "object";
      case OBJECTS -> "list of objects";
      case ANY -> "anything";
    };
  }

  @Test
  void theDocumentationHasTheTables() throws IOException {
    String text = Files.readString(Path.of("../../docs/problem-files.md"));
    tables()
        .forEach(
            (name, table) -> {
              if (!name.startsWith("cartpole")) {
                assertTrue(text.contains(table), name + ": expected\n" + table);
              }
            });
  }

  @Test
  void theSchemaHasEveryKey() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(ProblemSchema.text());
    List<String> kinds = new ArrayList<>();
    for (JsonNode kind : schema.get("oneOf")) {
      String name = kind.get("title").asText();
      kinds.add(name);
      assertObject(ProblemFormats.all().get(name), kind);
    }
    assertEquals(List.copyOf(ProblemFormats.all().keySet()), kinds);
    JsonNode pendulum = schema.get("oneOf").get(0).get("properties");
    assertEquals("^pendulum-", pendulum.get("problem").get("pattern").asText());
    assertEquals(1, pendulum.get("H").get("minimum").asInt());
    assertEquals(0, pendulum.get("dt").get("exclusiveMinimum").asInt());
    assertEquals("array", pendulum.get("theta").get("type").asText());
  }

  private static void assertObject(Format format, JsonNode schema) {
    List<String> keys = new ArrayList<>();
    schema.get("properties").fieldNames().forEachRemaining(keys::add);
    assertEquals(format.names(), keys);
    assertEquals(false, schema.get("additionalProperties").asBoolean());
    List<String> required = new ArrayList<>();
    schema.get("required").forEach(key -> required.add(key.asText()));
    assertEquals(
        format.fields().stream().filter(Field::required).map(Field::name).toList(), required);
    for (Field field : format.fields()) {
      JsonNode property = schema.get("properties").get(field.name());
      if (field.type() == Field.Type.OBJECTS) {
        assertObject(field.inner(), property.get("items"));
      } else if (field.type() == Field.Type.OBJECT) {
        assertObject(field.inner(), property);
      }
    }
  }
}
