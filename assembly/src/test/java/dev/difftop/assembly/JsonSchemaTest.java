package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas for editors. */
final class JsonSchemaTest {
  @TempDir Path temp;

  private static Map<?, ?> map(Object value) {
    return (Map<?, ?>) value;
  }

  @Test
  void describesKeysAndTheKeysOfEveryPlugin() throws IOException {
    Map<String, Object> schema =
        JsonSchema.of(AssemblyTest.Run.class, "a run", PluginJar.acmeParts(temp));
    assertEquals("a run", schema.get("title"));
    Map<?, ?> properties = map(schema.get("properties"));
    assertEquals(
        Map.of("description", "H", "default", 5L, "type", "integer", "minimum", 1.0),
        properties.get("horizon"));
    assertEquals("#/$defs/solver", map(properties.get("solver")).get("$ref"));
    assertTrue(properties.containsKey("extends"));
    assertFalse(schema.containsKey("required"), "a base may give what a file leaves out");
    List<?> solvers = (List<?>) map(map(schema.get("$defs")).get("solver")).get("anyOf");
    assertEquals(Map.of("enum", List.of("short", "wrap")), solvers.get(0));
    Map<?, ?> wrap = map(map(solvers.get(2)).get("properties"));
    assertEquals(List.of("plugin", "inner", "foreign", "tolerance"), List.copyOf(wrap.keySet()));
    assertEquals("#/$defs/solver", map(wrap.get("inner")).get("$ref"));
    assertEquals(false, map(solvers.get(2)).get("additionalProperties"));
  }
}
