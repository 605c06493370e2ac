package dev.difftop.app.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class LetteringTest {
  private static String drawn(String text, int width, int left) {
    Image image = new Image(width, 5, new byte[3 * 5 * width]);
    Lettering.write(image, text, left, 0, 1, 255);
    StringBuilder out = new StringBuilder();
    for (int pixel = 0; pixel < 5 * width; pixel++) {
      out.append(image.channel(pixel, 1) == 255 ? '#' : '.');
      out.append(pixel % width == width - 1 ? "\n" : "");
    }
    return out.toString();
  }

  @Test
  void lettersAreDotsWithAGapBetween() {
    assertEquals(7, Lettering.width("t1", 1));
    assertEquals(14, Lettering.width("t1", 2));
    assertEquals("###..#.\n.#..##.\n.#...#.\n.#...#.\n.#..###\n", drawn("t1", 7, 0));
  }

  @Test
  void whatDoesNotFitIsCutOffAndWhatIsUnknownIsBlank() {
    assertEquals("#.\n#.\n#.\n#.\n##\n", drawn("1", 2, -1));
    assertArrayEquals(new byte[45], blank());
  }

  private static byte[] blank() {
    Image image = new Image(3, 5, new byte[45]);
    Lettering.write(image, "\u00e9", 0, 0, 1, 255);
    return image.rgb();
  }
}
