package dev.difftop.api.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsTest {
  private static final List<Dataset.Episode> EPISODES =
      List.of(
          new Dataset.Episode("demo_0", 23),
          new Dataset.Episode("demo_1", 2),
          new Dataset.Episode("demo_2", 17));

  private static Windows windows(int length, int stack, boolean padStart, boolean padEnd) {
    return Windows.over(EPISODES, new Windows.Rule(length, stack, padStart, padEnd));
  }

  @Test
  void paddingDecidesHowManyThereAre() {
    assertEquals(42, windows(10, 4, true, true).count());
    assertEquals(20 + 0 + 14, windows(10, 4, false, true).count());
    assertEquals(14 + 0 + 8, windows(10, 4, true, false).count());
    assertEquals(11 + 0 + 5, windows(10, 4, false, false).count());
  }

  @Test
  void aWindowKnowsItsRowsAndItsPadding() {
    Windows padded = windows(10, 3, true, true);
    assertEquals(new Windows.Window(0, 0, 0, 10, 2, 0), padded.get(0));
    assertEquals(new Windows.Window(0, 22, 20, 3, 0, 9), padded.get(22));
    assertEquals(new Windows.Window(1, 1, 0, 2, 1, 9), padded.get(24));
    assertEquals(new Windows.Window(2, 12, 10, 7, 0, 5), padded.at(2, 12));
    assertEquals(12, padded.get(41).rows());
  }

  @Test
  void withoutPaddingEveryRowIsReal() {
    Windows bare = windows(10, 4, false, false);
    assertEquals(new Windows.Window(0, 3, 0, 13, 0, 0), bare.get(0));
    // The episode of two rows has none, so the next number belongs to the third episode.
    assertEquals(new Windows.Window(2, 3, 0, 13, 0, 0), bare.get(11));
    for (long i = 0; i < bare.count(); i++) {
      Windows.Window w = bare.get(i);
      assertEquals(13, w.count());
      assertEquals(0, w.padBegin() + w.padEnd());
      assertEquals(w, bare.at(w.episode(), w.step()));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> bare.get(16));
    assertThrows(IndexOutOfBoundsException.class, () -> bare.at(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> bare.at(0, 14));
    assertThrows(IllegalArgumentException.class, () -> new Windows.Rule(0, 1, true, true));
  }
}
