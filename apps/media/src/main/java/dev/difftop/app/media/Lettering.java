package dev.difftop.app.media;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Small letters on images, without a font of the system, which servers often lack: capitals, digits
 * and a few signs, three by five dots each; what is not known is left blank.
 */
public final class Lettering {
  private static final int COLUMNS = 3;
  private static final int ROWS = 5;
  private static final int CHANNELS = 3;

  /** Rows of dots from the top; a bit is a dot, the highest one on the left. */
  private static final String DOTS =
      "0:75557 1:26227 2:71747 3:71717 4:55711 5:74717 6:74757 7:71122 8:75757 9:75717 "
          + "A:25755 B:65656 C:34443 D:65556 E:74647 F:74644 G:34553 H:55755 I:72227 J:11152 "
          + "K:55655 L:44447 M:57755 N:65555 O:25552 P:65644 Q:25563 R:65655 S:34216 T:72222 "
          + "U:55557 V:55552 W:55775 X:55255 Y:55222 Z:71247 _:00007 -:00700 .:00002 /:11244 "
          + "+:02720 =:07070 ::02020 ,:00024 [:64446 ]:31113";

  private static final Map<Character, String> GLYPHS = glyphs();

  private Lettering() {}

  private static Map<Character, String> glyphs() {
    Map<Character, String> glyphs = new HashMap<>();
    for (String glyph : DOTS.split(" ")) {
      glyphs.put(glyph.charAt(0), glyph.substring(2));
    }
    return glyphs;
  }

  /** Pixels from the top of a line of letters to its bottom. */
  public static int height(int scale) {
    return ROWS * scale;
  }

  /** Pixels that a text takes from left to right. */
  public static int width(String text, int scale) {
    return text.isEmpty() ? 0 : (text.length() * (COLUMNS + 1) - 1) * scale;
  }

  /**
   * Writes a text; what lies outside the image is cut off.
   *
   * @param scale pixels of a dot
   * @param grey 0 is black, 255 white
   */
  public static void write(Image image, String text, int left, int top, int scale, int grey) {
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      String glyph = GLYPHS.get(capitals.charAt(i));
      for (int dot = 0; glyph != null && dot < COLUMNS * ROWS; dot++) {
        int row = glyph.charAt(dot / COLUMNS) - '0';
        if ((row >> (COLUMNS - 1 - dot % COLUMNS) & 1) != 0) {
          int x = left + (i * (COLUMNS + 1) + dot % COLUMNS) * scale;
          square(image, x, top + dot / COLUMNS * scale, scale, (byte) grey);
        }
      }
    }
  }

  private static void square(Image image, int left, int top, int size, byte grey) {
    for (int y = Math.max(0, top); y < Math.min(image.height(), top + size); y++) {
      for (int x = Math.max(0, left); x < Math.min(image.width(), left + size); x++) {
        for (int c = 0; c < CHANNELS; c++) {
          image.rgb()[(y * image.width() + x) * CHANNELS + c] = grey;
        }
      }
    }
  }
}
