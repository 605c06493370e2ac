package dev.difftop.api.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetWarningsTest {
  private final float[] actions = new float[60];
  private final float[] states = new float[120];
  private final Dataset data =
      new MemoryDataset()
          .with(Map.of("actions", Array.of(new float[50], 50, 1), "obs/x", swing(50, 0)))
          .with(Map.of("actions", Array.of(actions, 60, 1), "obs/x", swing(60, 7)));

  /** A column that swings, and one that mostly stands still, as a gripper does. */
  private Array swing(int rows, int phase) {
    float[] values = rows == 60 ? states : new float[2 * rows];
    for (int t = 0; t < rows; t++) {
      values[2 * t] = (float) Math.sin(0.1 * (t + phase));
      values[2 * t + 1] = t < 20 ? 0 : 1;
    }
    return Array.of(values, rows, 2);
  }

  private String only() {
    List<String> warnings = DatasetWarnings.of(data);
    assertEquals(1, warnings.size(), warnings::toString);
    return warnings.get(0);
  }

  @Test
  void soundDataHasNone() {
    assertEquals(List.of(), DatasetWarnings.of(data));
  }

  @Test
  void actionsBeyondTheRange() {
    actions[3] = 1.5f;
    actions[59] = -3.25f;
    assertEquals(
        "actions: 2 of 110 rows are beyond -1.0 to 1.0; they reach from -3.25 to 1.5", only());
    assertEquals(List.of(), DatasetWarnings.of(data, new double[] {-4}, new double[] {4}));
  }

  @Test
  void numbersThatAreNotFinite() {
    states[2 * 41] = Float.NaN;
    assertEquals(
        "obs/x: 1 number is not finite, first in demo_1 row 41; training refuses them", only());
  }

  @Test
  void aResetInsideAnEpisode() {
    for (int t = 30; t < 60; t++) {
      states[2 * t] += 5;
    }
    String found = only();
    assertTrue(
        found.startsWith(
            "obs/x: 1 jump inside episodes, first in demo_1 between rows 29 and 30, column 0"),
        found);
  }

  @Test
  void whatTheReaderFoundComesFirst() {
    Dataset odd =
        new MemoryDataset() {
          @Override
          public List<String> warnings() {
            return List.of("filters train and valid share demo_0");
          }
        }.with(Map.of("actions", Array.of(new float[] {2.5f}, 1, 1)));
    assertEquals("filters train and valid share demo_0", DatasetWarnings.of(odd).get(0));
    assertEquals(2, DatasetWarnings.of(CheckedDataset.of(odd)).size());
  }
}
