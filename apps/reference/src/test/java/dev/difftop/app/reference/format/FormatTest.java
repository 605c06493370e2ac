package dev.difftop.app.reference.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects of problem files against their declarations. */
final class FormatTest {
  private static final String GOOD =
      """
      {"problem": "lqr", "instances": [{"nx": 1, "nu": 1, "T": 2,
        "C": [[[2, 0], [0, 1]], [[2, 0], [0, 1]]], "c": [[0, 0], [0, 0]],
        "F": [[[1, 1]]], "f": [[0]], "x0": [1], "uref": [0]}]}
      """;

  private static Values read(String text) {
    Faults faults = new Faults("file.json");
    Values values =
        ProblemFormats.of("lqr")
            .orElseThrow()
            .read(StrictJson.object("file.json", text), "", Map.of(), faults);
    faults.throwIfAny();
    return values;
  }

  @Test
  void readsSizesAndArrays() {
    Values instance = read(GOOD).objects("instances").get(0);
    assertEquals(2, instance.size("T"));
    assertArrayEquals(new double[] {2, 0, 0, 1, 2, 0, 0, 1}, instance.array("C"));
  }

  /** Replaces one text by another, and says what the refusal names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"T\": 2 | \"T\": 2.5 | TYPE_MISMATCH | instances[0].T: found 2.5, expected a whole"
            + " number",
        "\"T\": 2 | \"T\": 0 | OUT_OF_RANGE | instances[0].T: found 0",
        "\"T\": 2 | \"T\": 1e300 | OUT_OF_RANGE | instances[0].T",
        "\"T\": 2 | \"T\": \"2\" | TYPE_MISMATCH | instances[0].T: found \"2\"",
        "\"T\": 2, | `` | MISSING_KEY | instances[0].T: is missing",
        "\"T\": 2 | \"T\": null | MISSING_KEY | instances[0].T: is null",
        "\"x0\": [1] | \"x0\": 1 | SHAPE_MISMATCH | instances[0].x0: found shape a number, expected"
            + " [nx] = [1]",
        "\"x0\": [1] | \"x0\": [[1]] | SHAPE_MISMATCH | found shape [1][1]",
        "\"x0\": [1] | \"x0\": [1, 2] | SHAPE_MISMATCH | found shape [2]",
        "\"x0\": [1] | \"x0\": [NaN] | TYPE_MISMATCH | instances[0].x0[0]: found NaN",
        "\"x0\": [1] | \"x0\": [1e999] | TYPE_MISMATCH | instances[0].x0[0]: found Infinity",
        "\"x0\": [1] | \"x0\": [null] | TYPE_MISMATCH | instances[0].x0[0]: found null",
        "\"F\": [[[1, 1]]] | \"F\": [[1, 1]] | SHAPE_MISMATCH | expected [T-1][nx][nx+nu] ="
            + " [1][1][2]",
        "[[2, 0], [0, 1]]], | [[2, 0], [0]]], | SHAPE_MISMATCH | rows of different lengths",
        "\"uref\" | \"u_ref\" | UNKNOWN_KEY | instances[0].u_ref: unknown key; did you mean uref?",
        "\"x0\" | \"start\" | UNKNOWN_KEY | instances[0].start: unknown key; known here: nx, nu",
        "\"problem\" | \"discount\": 0.9, \"problem\" | UNKNOWN_KEY | file.json: discount: unknown"
            + " key",
        "[{\"nx\" | [3, {\"nx\" | TYPE_MISMATCH | instances[0]: found 3, expected an object"
      })
  void refusesWhatIsWrong(String from, String to, String kind, String said) {
    assertTrue(GOOD.contains(from), from);
    DataException e =
        assertThrows(DataException.class, () -> read(GOOD.replace(from, to == null ? "" : to)));
    assertEquals(kind, e.kind());
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void reportsEverythingAtOnceInFewLines() {
    String bad = GOOD.replace("\"x0\": [1]", "\"x0\": []").replace("\"f\": [[0]]", "\"f\": 0");
    DataException two = assertThrows(DataException.class, () -> read(bad));
    assertEquals(2, two.getMessage().lines().count(), two.getMessage());
    String worse = bad.replace("\"uref\"", "\"a\": 1, \"b\": 2, \"d\": 3, \"e\": 4, \"uref\"");
    DataException many = assertThrows(DataException.class, () -> read(worse));
    assertEquals(5, many.getMessage().lines().count(), many.getMessage());
    assertTrue(many.getMessage().endsWith("2 more"), many.getMessage());
  }
}
