package dev.difftop.app.reference.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of the actions in all the forms that a file may give. */
final class ActionBoundsTest {
  private static final double NONE = Double.POSITIVE_INFINITY;

  /** Bounds of instance 1 of 2, with 3 stages and the given number of components. */
  private static ActionBounds read(String file, String own, int nu) {
    Faults faults = new Faults("file.json");
    ActionBounds bounds =
        ActionBounds.read(values(file, ""), values(own, "instances[1]"), 1, 2, 3, nu, faults);
    faults.throwIfAny();
    return bounds;
  }

  private static Values values(String text, String path) {
    Map<String, Object> members = new LinkedHashMap<>(StrictJson.object("file.json", text));
    return new Values(path, members, Map.of());
  }

  private static void assertBounds(ActionBounds found, double[] low, double[] high) {
    assertArrayEquals(low, found.low());
    assertArrayEquals(high, found.high());
  }

  @Test
  void withoutBoundsThereAreNone() {
    assertBounds(
        read("{\"umax\": null}", "{}", 1),
        new double[] {-NONE, -NONE, -NONE},
        new double[] {NONE, NONE, NONE});
  }

  @Test
  void theUpperBoundAloneIsSymmetric() {
    assertBounds(read("{\"umax\": 2}", "{}", 1), new double[] {-2, -2, -2}, new double[] {2, 2, 2});
  }

  @Test
  void oneSideAlone() {
    assertBounds(
        read("{\"umin\": 0}", "{}", 1), new double[] {0, 0, 0}, new double[] {NONE, NONE, NONE});
    assertBounds(
        read("{\"umin\": null, \"umax\": 2}", "{}", 1),
        new double[] {-NONE, -NONE, -NONE},
        new double[] {2, 2, 2});
  }

  @Test
  void perStageWithGaps() {
    assertBounds(
        read("{\"umin\": [0, -1, null], \"umax\": 2}", "{}", 1),
        new double[] {0, -1, -NONE},
        new double[] {2, 2, 2});
  }

  @Test
  void perInstance() {
    double[] high = {5, 5, 5};
    double[] low = {-5, -5, -5};
    assertBounds(read("{\"umax\": 2}", "{\"umax\": 5}", 1), low, high);
    assertBounds(read("{\"umax\": [2, 5]}", "{}", 1), low, high);
    assertBounds(
        read("{\"umax\": [2, [5, 6, 7]]}", "{}", 1),
        new double[] {-5, -6, -7},
        new double[] {5, 6, 7});
    assertBounds(
        read("{\"umax\": 2, \"umin\": -2}", "{\"umin\": [0, 1, 2]}", 1),
        new double[] {0, 1, 2},
        new double[] {2, 2, 2});
  }

  @Test
  void perComponentAndPerStageAndComponent() {
    double[] high = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
    assertArrayEquals(high, read("{\"umax\": [1, 2, 3, 4]}", "{}", 4).high());
    assertArrayEquals(
        high, read("{}", "{\"umax\": [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]}", 4).high());
    assertArrayEquals(
        new double[] {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3},
        read("{\"umax\": [1, 2, 3]}", "{}", 4).high());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"umax\": [1, 2, 3, 4, 5]} | {} | 1 | umax: found shape [5], expected a number, [3]",
        "{\"umax\": [1, 2]} | {} | 2 | can be read in two ways",
        "{\"umax\": [1, 2, 3]} | {} | 3 | can be read in two ways",
        "{\"umax\": 2, \"umin\": 3} | {} | 1 | umin: stage 0, component 0: umin 3 is above umax 2",
        "{\"umax\": -1} | {} | 1 | umax: found -1, expected at least 0",
        "{\"umax\": \"2\"} | {} | 1 | umax: found \"2\"",
        "{\"umax\": [1, true, 3]} | {} | 1 | umax[1]: found true",
        "{\"umax\": NaN} | {} | 1 | umax: found NaN",
        "{} | {\"umax\": [2, 5]} | 1 | instances[1].umax: found shape [2]"
      })
  void refusesWhatFitsNothing(String file, String own, int nu, String said) {
    DataException e = assertThrows(DataException.class, () -> read(file, own, nu));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void derivativesHaveTheShapeOfTheFile() {
    double[] spread = {1, 2, 3, 4, 5, 6};
    assertArrayEquals(
        new double[] {21}, read("{\"umax\": 1}", "{}", 2).umax().orElseThrow().gather(spread, 2));
    assertArrayEquals(
        new double[] {3, 7, 11},
        read("{\"umax\": [1, 2, 3]}", "{}", 2).umax().orElseThrow().gather(spread, 2));
    assertArrayEquals(
        new double[] {9, 12},
        read("{}", "{\"umax\": [1, 2]}", 2).umax().orElseThrow().gather(spread, 2));
  }
}
