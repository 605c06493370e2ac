package dev.difftop.app.experiments.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SweepSchemaTest {
  private final Map<String, Object> schema =
      SweepSchema.document(
          Map.of("title", "run", "properties", Map.of("run", Map.of("type", "object"))));

  private static Map<?, ?> map(Object node) {
    return (Map<?, ?>) node;
  }

  private Map<?, ?> sweepKeys() {
    return map(map(map(schema.get("properties")).get("sweep")).get("properties"));
  }

  @Test
  void hasTheKeysThatTheReaderReads() {
    assertEquals(Set.copyOf(SweepReader.KEYS), sweepKeys().keySet());
    assertTrue(
        map(schema.get("properties")).keySet().containsAll(List.of("base", "extends", "run")));
  }

  @Test
  void aDurationOfTheSchemaIsOneOfTheReader() {
    Pattern pattern = Pattern.compile(map(sweepKeys().get("time-limit")).get("pattern").toString());
    for (String text : List.of("90s", "1.5h", "30m", "2d")) {
      assertTrue(pattern.matcher(text).matches(), text);
      Durations.parse(text);
    }
    assertTrue(!pattern.matcher("soon").matches() && !pattern.matcher("30").matches());
  }
}
