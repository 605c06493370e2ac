package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.data.hdf5.file.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void valuesOfEveryKindAreRead() {
    assertEquals(
        Map.of("a", List.of(1L, -2.5, 1e3, true, false), "b", Map.of("c", "x\"\\\né")),
        Json.read(" {\"a\": [1, -2.5, 1e3, true, false], \"b\":{\"c\":\"x\\\"\\\\\\n\\u00e9\"}} "));
    assertEquals(Arrays.asList((Object) null), Json.read("[null]"));
    assertTrue(Double.isNaN((Double) Json.read("NaN")));
    assertEquals(Double.NEGATIVE_INFINITY, Json.read("-Infinity"));
    assertEquals(1e30, Json.read("1" + "0".repeat(30)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{\"a\"}", "[1,]", "[1", "\"a", "nul", "01x", "{} {}", "\"\\u12\"", "+1"})
  void mistakesAreSaidWithTheirPlace(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Json.read(text));
    assertTrue(e.getMessage().startsWith("at character "), e.getMessage());
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertEquals(List.of(1L), Json.read("\ufeff[1]"));
  }

  @Test
  void noTextOfALibraryIsShown() {
    for (String text : List.of("{", "nul", "[1 2]", "{\"a\": 1,}", "[".repeat(300))) {
      String said =
          assertThrows(IllegalArgumentException.class, () -> Json.read(text)).getMessage();
      assertTrue(!said.contains("com.fasterxml") && !said.contains("Unexpected"), said);
    }
  }

  @Test
  void notANumberIsWrittenAsPythonDoes() {
    assertEquals("[NaN,Infinity]", Json.write(List.of(Double.NaN, Double.POSITIVE_INFINITY)));
    assertEquals("[NaN, Infinity]", Json.read("[NaN, Infinity]").toString());
  }

  @Test
  void nestingIsLimited() {
    assertThrows(IllegalArgumentException.class, () -> Json.read("[".repeat(100_000)));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Map<String, Object> value = Map.of("k\n\"", List.of(1L, 0.5, "\u0001ü", Map.of(), true));
    assertEquals(value, Json.read(Json.write(value)));
  }
}
