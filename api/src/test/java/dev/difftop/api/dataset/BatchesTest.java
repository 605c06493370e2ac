package dev.difftop.api.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class BatchesTest {
  /** Episodes of 4 and 3 rows: the row's own number, 0 to 6, and a picture of it. */
  private static class Numbers implements Dataset {
    final Set<String> threads = ConcurrentHashMap.newKeySet();

    @Override
    public List<Episode> episodes() {
      return List.of(new Episode("a", 4), new Episode("b", 3));
    }

    @Override
    public Map<String, Field> fields() {
      return Map.of(
          "number", new Field(Shape.of(), DType.FLOAT32),
          "picture", new Field(Shape.of(1, 2), DType.UINT8));
    }

    @Override
    public Map<String, String> attributes() {
      return Map.of();
    }

    @Override
    public Array read(int episode, String field, int from, int count) {
      threads.add(Thread.currentThread().getName());
      byte[] picture = new byte[2 * count];
      float[] number = new float[count];
      for (int i = 0; i < count; i++) {
        number[i] = 4 * episode + from + i;
        picture[2 * i] = (byte) (200 + number[i]);
      }
      return field.equals("number")
          ? Array.of(number, count)
          : Array.wrap(ByteBuffer.wrap(picture), Shape.of(count, 1, 2));
    }

    @Override
    public void close() {}
  }

  private static final Windows.Rule RULE = new Windows.Rule(2, 2, true, true);

  private static Batches batches(Dataset data, int size, int ahead, int threads, long position) {
    return new Batches(
        data,
        Windows.over(data.episodes(), RULE),
        Batches.Settings.whole(size, List.of("number", "picture"), ahead, threads),
        RandomStream.root(7).child("batches"),
        position);
  }

  private static List<double[]> take(Batches batches, int count) {
    List<double[]> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(batches.next().get("number").toDoubles());
    }
    return taken;
  }

  @Test
  void everyWindowComesOnceInAnEpoch() {
    try (Batches batches = batches(new Numbers(), 7, 0, 1, 0)) {
      Set<List<Double>> orders = new java.util.HashSet<>();
      for (int epoch = 0; epoch < 5; epoch++) {
        Map<String, Array> batch = batches.next();
        Array numbers = batch.get("number");
        assertEquals(Shape.of(7, 3), numbers.shape());
        assertEquals(Shape.of(7, 3, 1, 2), batch.get("picture").shape());
        List<Double> steps = new ArrayList<>();
        for (int b = 0; b < 7; b++) {
          double step = numbers.get(3 * b + 1);
          steps.add(step);
          double first = step < 4 ? 0 : 4;
          double last = step < 4 ? 3 : 6;
          assertEquals(Math.max(first, step - 1), numbers.get(3 * b));
          assertEquals(Math.min(last, step + 1), numbers.get(3 * b + 2));
          assertEquals(200 + step, batch.get("picture").get(6 * b + 2));
        }
        assertEquals(7, new TreeSet<>(steps).size(), steps.toString());
        orders.add(steps);
      }
      assertNotEquals(1, orders.size(), "every epoch has the same order");
    }
  }

  @Test
  void neitherThreadsNorReadingAheadChangeWhatComes() {
    Numbers data = new Numbers();
    List<double[]> expected;
    try (Batches batches = batches(data, 3, 0, 1, 0)) {
      expected = take(batches, 20);
    }
    assertEquals(Set.of(Thread.currentThread().getName()), data.threads);
    data.threads.clear();
    try (Batches batches = batches(data, 3, 4, 3, 0)) {
      List<double[]> found = take(batches, 20);
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(expected.get(i), found.get(i), "batch " + i);
      }
    }
    assertEquals(Set.of("difftop-batches"), data.threads);
  }

  @Test
  void aPositionGoesOnWhereItWas() {
    long position;
    double[] expected;
    try (Batches batches = batches(new Numbers(), 3, 2, 2, 0)) {
      take(batches, 4);
      position = batches.position();
      expected = batches.next().get("number").toDoubles();
    }
    assertEquals(12, position);
    try (Batches batches = batches(new Numbers(), 3, 1, 1, position)) {
      assertArrayEquals(expected, batches.next().get("number").toDoubles());
    }
  }

  @Test
  void batchesThatAreGivenBackAreReadIntoAgain() {
    try (Batches fresh = batches(new Numbers(), 3, 0, 1, 0);
        Batches batches = batches(new Numbers(), 3, 0, 1, 0)) {
      Map<String, Array> first = batches.next();
      assertArrayEquals(fresh.next().get("number").toDoubles(), first.get("number").toDoubles());
      batches.reuse(first);
      Map<String, Array> second = batches.next();
      assertSame(first.get("number").buffer(), second.get("number").buffer());
      Map<String, Array> expected = fresh.next();
      for (String field : expected.keySet()) {
        assertArrayEquals(expected.get(field).toDoubles(), second.get(field).toDoubles(), field);
      }
      assertNotSame(second.get("number").buffer(), batches.next().get("number").buffer());
    }
  }

  @Test
  void largeBatchesAreTheSameThoughSeveralThreadsReadThem() {
    Dataset wide =
        new Numbers() {
          @Override
          public Map<String, Field> fields() {
            return Map.of("picture", new Field(Shape.of(64, 64), DType.UINT8));
          }

          @Override
          public Array read(int episode, String field, int from, int count) {
            byte[] pixels = new byte[count * 64 * 64];
            for (int i = 0; i < pixels.length; i++) {
              pixels[i] = (byte) (31 * (4 * episode + from) + i / 7);
            }
            return Array.of(pixels, count, 64, 64);
          }
        };
    Windows windows = Windows.over(wide.episodes(), RULE);
    Batches.Settings settings = Batches.Settings.whole(128, List.of("picture"), 0, 1);
    RandomStream random = RandomStream.root(3);
    try (Batches batches = new Batches(wide, windows, settings, random, 0)) {
      double[] found = batches.next().get("picture").toDoubles();
      double[] one = new double[3 * 64 * 64];
      for (int b = 0; b < 128; b++) {
        Shuffle order = new Shuffle(windows.count(), random.child(b / windows.count()));
        Windows.Window window = windows.get(order.get(b % windows.count()));
        System.arraycopy(found, b * one.length, one, 0, one.length);
        assertArrayEquals(Windows.read(wide, window, "picture").toDoubles(), one, "window " + b);
      }
    }
  }

  @Test
  void aFaultOfTheFileComesOutAsItIs() {
    DataException fault = new DataException("CORRUPT", "x.hdf5:data", "is damaged", null);
    Dataset broken =
        new Numbers() {
          @Override
          public Array read(int episode, String field, int from, int count) {
            throw fault;
          }
        };
    for (int ahead : new int[] {0, 2}) {
      try (Batches batches = batches(broken, 3, ahead, 2, 0)) {
        assertSame(fault, assertThrows(DataException.class, batches::next));
      }
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    Numbers data = new Numbers();
    Windows none = Windows.over(data.episodes(), new Windows.Rule(9, 1, false, false));
    Batches.Settings settings = Batches.Settings.whole(2, List.of("number"), 1, 1);
    RandomStream random = RandomStream.root(1);
    assertThrows(
        IllegalArgumentException.class, () -> new Batches(data, none, settings, random, 0));
    assertThrows(IllegalArgumentException.class, () -> batches(data, 2, 1, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> batches(data, 0, 1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> batches(data, 1, -1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> batches(data, 1, 1, 0, 0));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Batches(
                    data,
                    Windows.over(data.episodes(), RULE),
                    Batches.Settings.whole(2, List.of("speed"), 1, 1),
                    random,
                    0));
    assertEquals(true, e.getMessage().contains("speed"), e.getMessage());
  }

  @Test
  void ordersOfAnySizeArePermutations() {
    for (int n : new int[] {1, 2, 3, 5, 16, 17, 1000}) {
      Shuffle order = new Shuffle(n, RandomStream.root(n));
      Set<Long> seen = new TreeSet<>();
      for (int i = 0; i < n; i++) {
        seen.add(order.get(i));
      }
      assertEquals(n, seen.size());
      assertEquals(n - 1L, ((TreeSet<Long>) seen).last());
    }
  }
}
