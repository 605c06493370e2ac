package dev.difftop.api.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CheckedDatasetTest {
  private final Array states = Array.of(new float[12], 6, 2);
  private final Dataset data =
      new MemoryDataset()
          .with(Map.of("obs/x", Array.of(new float[8], 4, 2)))
          .with(Map.of("obs/x", states));

  private static void assertRefused(Executable read) {
    DataException e = assertThrows(DataException.class, read);
    assertEquals("NOT_FINITE", e.kind());
    assertTrue(
        e.getMessage().startsWith("memory.test: demo_1/obs/x: row 4, column 1 is "), e::getMessage);
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedWhereverTheyAreRead() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      states.set(9, bad);
      Dataset checked = CheckedDataset.of(data);
      assertEquals(4, checked.read(1, "obs/x", 0, 4).shape().dim(0));
      assertRefused(() -> checked.read(1, "obs/x", 0, 6));
      assertRefused(() -> checked.read(1, "obs/x", 4, 1));
      Array into = Array.zeros(DType.FLOAT32, Shape.of(9));
      assertRefused(() -> checked.read(1, "obs/x", 3, 2, into, 5));
      assertRefused(() -> FieldStatistics.of(data, List.of("obs/x")));
      assertRefused(() -> Windows.read(checked, window(), "obs/x"));
      assertRefused(this::drawAll);
    }
  }

  private Windows.Window window() {
    return Windows.over(data.episodes(), new Windows.Rule(3, 1, true, true)).at(1, 3);
  }

  private void drawAll() {
    Windows windows = Windows.over(data.episodes(), new Windows.Rule(1, 1, true, true));
    Batches.Settings settings =
        Batches.Settings.whole((int) windows.count(), List.of("obs/x"), 2, 1);
    try (Batches batches = new Batches(data, windows, settings, RandomStream.root(1), 0)) {
      batches.next();
    }
  }

  @Test
  void lookingAtDataAllowsAnyNumber() {
    states.set(9, Double.NaN);
    Dataset looking = CheckedDataset.of(data).allowingAnyNumber();
    assertEquals(Double.NaN, looking.read(1, "obs/x", 4, 1).get(1));
    // It does not pass for a checked one.
    assertRefused(() -> CheckedDataset.of(looking).read(1, "obs/x", 4, 1));
  }

  @Test
  void checksAreMadeOnce() {
    CheckedDataset checked = CheckedDataset.of(data);
    assertSame(checked, CheckedDataset.of(checked));
    assertEquals("memory.test", checked.location());
    assertEquals(data.episodes(), checked.episodes());
  }

  private static void assertPluginNamed(Dataset broken, String... said) {
    Dataset checked = CheckedDataset.of(broken, "dataset csv (module acme.csv)");
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> checked.read(1, "obs/x", 0, 2));
    assertTrue(
        e.getMessage().startsWith("dataset csv (module acme.csv): read(1, obs/x, 0, 2) "),
        e::getMessage);
    for (String part : said) {
      assertTrue(e.getMessage().contains(part), e::getMessage);
    }
  }

  private static Dataset returning(Array rows) {
    return new MemoryDataset() {
      @Override
      public Array read(int episode, String field, int from, int count) {
        return rows;
      }
    }.with(Map.of("obs/x", Array.of(new float[8], 4, 2)));
  }

  @Test
  void rowsOfAnotherShapeOrTypeNameThePlugin() {
    assertPluginNamed(returning(null), "returned null");
    assertPluginNamed(returning(Array.of(new float[6], 2, 3)), "(2, 3)", "declares", "(2, 2)");
    assertPluginNamed(returning(Array.of(new float[2], 1, 2)), "(1, 2)");
    assertPluginNamed(returning(Array.of(new double[4], 2, 2)), "FLOAT64", "FLOAT32");
  }

  @Test
  void whatAPluginThrowsNamesItAndItsLine() {
    Dataset broken =
        new MemoryDataset() {
          @Override
          public Array read(int episode, String field, int from, int count) {
            throw new IllegalStateException("not yet");
          }
        }.with(Map.of("obs/x", Array.of(new float[8], 4, 2)));
    assertPluginNamed(broken, "threw", "not yet", "CheckedDatasetTest.java:");
  }
}
