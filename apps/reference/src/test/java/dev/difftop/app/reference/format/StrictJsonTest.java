package dev.difftop.app.reference.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The strict reader of JSON: what it accepts, and the words in which it refuses. */
final class StrictJsonTest {
  private static DataException refusal(String text) {
    return assertThrows(DataException.class, () -> StrictJson.object("odd.json", text));
  }

  @Test
  void readsObjectsInOrder() {
    Map<String, Object> read =
        StrictJson.object("a.json", " {\"b\": [1, 2.5e3, true, null], \"a\": {\"x\": \"ü\"}} ");
    assertEquals(List.of("b", "a"), List.copyOf(read.keySet()));
    assertEquals(java.util.Arrays.asList(1.0, 2500.0, true, null), read.get("b"));
    assertEquals(Map.of("x", "ü"), read.get("a"));
  }

  @Test
  void skipsAByteOrderMark() {
    byte[] bytes = "\uFEFF{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
    assertEquals(Map.of("a", 1.0), StrictJson.object("a.json", bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
  void namesOtherEncodings(String encoding) {
    byte[] bytes = "{\"a\": 1}".getBytes(Charset.forName(encoding));
    DataException e = assertThrows(DataException.class, () -> StrictJson.object("odd.json", bytes));
    assertEquals("ENCODING", e.kind());
    assertTrue(e.getMessage().contains("UTF-16"), e.getMessage());
  }

  @Test
  void refusesWhatIsNotText() {
    byte[] bytes = {'{', (byte) 0xC3, (byte) 0x28, '}'};
    DataException e = assertThrows(DataException.class, () -> StrictJson.object("odd.json", bytes));
    assertTrue(e.getMessage().contains("not text in UTF-8"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": {\"b\": 1, \"b\": 2}} | DUPLICATE_KEY | odd.json: a.b: is given twice",
        "{\"a\": [{\"b\": 1, \"b\": 2}]} | DUPLICATE_KEY | a[0].b",
        "{\"a\": 1} {\"a\": 2} | TRAILING_TEXT | line 1: found more after the end",
        "{\"a\": 1}, | NOT_JSON | is not JSON: line 1, column 9",
        "{\"a\": 1 | NOT_JSON | ends before its brackets are closed",
        "{\"a\": [1, 2 | NOT_JSON | ends before its brackets are closed",
        "{\"a\": 1,, \"b\": 2} | NOT_JSON | line 1, column",
        "{\"a\": 01} | NOT_JSON | line 1, column",
        "{a: 1} | NOT_JSON | line 1, column",
        "[1, 2] | NOT_JSON | found a list, expected a JSON object",
        "3 | NOT_JSON | found a single value, expected a JSON object",
        "hello | NOT_JSON | line 1, column",
        "` ` | NOT_JSON | is empty"
      })
  void refusesInItsOwnWords(String text, String kind, String said) {
    DataException e = refusal(text);
    assertEquals(kind, e.kind());
    assertTrue(e.getMessage().contains(said), e.getMessage());
    for (String raw : List.of("Unexpected", "code ", "JsonToken", "fasterxml", "Source:")) {
      assertFalse(e.getMessage().contains(raw), e.getMessage());
    }
  }

  @Test
  void refusesTooManyLevelsAndDigits() {
    String deep = "{\"a\": " + "[".repeat(5000) + "]".repeat(5000) + "}";
    assertTrue(refusal(deep).getMessage().contains("levels"));
    String longNumber = "{\"a\": " + "9".repeat(5000) + "}";
    assertTrue(refusal(longNumber).getMessage().contains("digits"));
  }
}
