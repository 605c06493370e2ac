package dev.difftop.api.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowFieldTest {
  private static final int HISTORY = 2;
  private static final int CHUNK = 3;
  private static final Windows.Rule RULE = new Windows.Rule(CHUNK, HISTORY, true, true);

  private static Array count(int from, int rows) {
    float[] values = new float[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = from + i;
    }
    return Array.of(values, rows, 1);
  }

  private static final Dataset DATA =
      new MemoryDataset()
          .with(Map.of("obs/x", count(0, 4), "actions", count(100, 4), "obs/eye", eye(4)))
          .with(Map.of("obs/x", count(10, 2), "actions", count(110, 2), "obs/eye", eye(2)));

  private static Array eye(int rows) {
    byte[] pixels = new byte[rows * 4];
    java.util.Arrays.fill(pixels, (byte) 200);
    return Array.of(pixels, rows, 2, 2);
  }

  private static Map<String, Array> draw(List<WindowField> fields) {
    Windows windows = Windows.over(DATA.episodes(), RULE);
    Batches.Settings settings = new Batches.Settings((int) windows.count(), fields, 0, 1);
    try (Batches batches = new Batches(DATA, windows, settings, RandomStream.root(3), 0)) {
      return batches.next();
    }
  }

  @Test
  void historyChunkGoalAndMaskOfEveryStep() {
    Map<String, Array> batch =
        draw(
            List.of(
                WindowField.history("obs/x", HISTORY),
                WindowField.chunk("actions", CHUNK),
                WindowField.goal("obs/x"),
                WindowField.history("obs/eye", 1),
                WindowField.mask(1 - HISTORY, CHUNK - 1)));
    assertEquals(Shape.of(6, HISTORY, 1), batch.get("obs/x").shape());
    assertEquals(Shape.of(6, CHUNK, 1), batch.get("actions").shape());
    assertEquals(Shape.of(6, 1), batch.get("goal/x").shape());
    assertEquals(Shape.of(6, 1, 2, 2), batch.get("obs/eye").shape());
    assertEquals(DType.UINT8, batch.get("obs/eye").dtype());
    assertEquals(200, batch.get("obs/eye").get(5));
    for (int b = 0; b < 6; b++) {
      double now = batch.get("obs/x").get(HISTORY * b + 1);
      double first = now < 10 ? 0 : 10;
      double last = now < 10 ? 3 : 11;
      assertEquals(Math.max(first, now - 1), batch.get("obs/x").get(HISTORY * b));
      for (int t = 0; t < CHUNK; t++) {
        assertEquals(100 + Math.min(last, now + t), batch.get("actions").get(CHUNK * b + t));
        assertEquals(now + t <= last ? 1 : 0, batch.get(WindowField.MASK).get(4 * b + 1 + t));
      }
      assertEquals(now > first ? 1 : 0, batch.get(WindowField.MASK).get(4 * b));
      assertEquals(last, batch.get("goal/x").get(b));
    }
  }

  @Test
  void rowsBeyondTheEpisodeRepeatItsEnds() {
    Map<String, Array> batch =
        draw(List.of(WindowField.history("obs/x", 1), WindowField.rows("actions", 2, 2)));
    for (int b = 0; b < 6; b++) {
      double now = batch.get("obs/x").get(b);
      assertEquals(100 + Math.min(now < 10 ? 3 : 11, now + 2), batch.get("actions").get(b));
    }
  }

  @Test
  void rowsThatAWindowLacksAreRefused() {
    assertTrue(refused(WindowField.history("obs/x", 3)).contains("rows -2 to 0"));
    assertTrue(refused(WindowField.chunk("actions", 4)).contains("rows 0 to 3"));
    assertTrue(refused(WindowField.chunk("speed", 1)).contains("speed"));
    assertThrows(IllegalArgumentException.class, () -> WindowField.chunk("actions", 0));
    WindowField twice = WindowField.chunk("actions", 1);
    assertThrows(IllegalArgumentException.class, () -> draw(List.of(twice, twice)));
  }

  private static String refused(WindowField field) {
    return assertThrows(IllegalArgumentException.class, () -> draw(List.of(field))).getMessage();
  }

  @Test
  void statisticsAndNormalisersInOnePass() {
    Map<String, FieldStatistics> all =
        FieldStatistics.of(DATA, List.of("obs/x", "actions", "obs/eye"));
    FieldStatistics x = all.get("obs/x");
    assertEquals(6, x.rows());
    assertArrayEquals(new double[] {0}, x.min());
    assertArrayEquals(new double[] {11}, x.max());
    double mean = (0 + 1 + 2 + 3 + 10 + 11) / 6.0;
    assertEquals(mean, x.mean()[0], 1e-12);
    double squares = 0;
    for (int value : new int[] {0, 1, 2, 3, 10, 11}) {
      squares += (value - mean) * (value - mean);
    }
    assertEquals(Math.sqrt(squares / 6), x.deviation()[0], 1e-12);
    FieldStatistics.Affine range = x.minMax(1, 1e-4);
    assertEquals(-1, range.apply(0, 0), 1e-12);
    assertEquals(1, range.apply(11, 0), 1e-12);
    assertEquals(3, range.invert(range.apply(3, 0), 0), 1e-12);
    assertEquals(0, x.gaussian(1e-6).apply(mean, 0), 1e-12);
    FieldStatistics eye = all.get("obs/eye");
    assertEquals(24, eye.rows(), "pixels");
    assertEquals(200 / 255.0, eye.mean()[0], 1e-12);
    // A constant feature keeps its scale and becomes 0.
    assertEquals(0, eye.minMax(1, 1e-4).apply(200 / 255.0, 0), 1e-12);
    assertEquals(1, eye.gaussian(1e-6).scale()[0]);
    assertEquals(4, FieldStatistics.of(DATA, List.of("obs/x"), new int[] {0}).get("obs/x").rows());
  }
}
