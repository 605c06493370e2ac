package dev.difftop.app.media;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes animated GIF files that play for ever. One palette serves the whole video, shades between
 * its colours are made by a fixed pattern of dots, and each frame holds only what has changed: both
 * keep still parts still, and the file small.
 */
public final class Gif {
  private static final int COLOURS = 255;
  private static final int CENTISECOND = 10;
  private static final int SHORTEST = 2;

  /** Half the distance between neighbouring shades that the pattern of dots bridges. */
  private static final double SPREAD = 5;

  /** Order in which the dots of a 4 x 4 square appear as a shade grows (Bayer). */
  private static final int[] PATTERN = {0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5};

  private final OutputStream out;
  private final Palette palette;
  private final int tableBits;
  private final int transparent;

  private Gif(OutputStream out, Palette palette) {
    this.out = out;
    this.palette = palette;
    this.transparent = palette.size();
    this.tableBits = Math.max(2, 32 - Integer.numberOfLeadingZeros(transparent));
  }

  /**
   * Writes a video; an existing file is replaced once the new one is complete.
   *
   * @param frames at least one, all of one size of at most 65535 x 65535 pixels
   * @param delayMs milliseconds per frame, at least 1; GIF counts in hundredths of a second and
   *     viewers refuse fewer than two of them, so shorter ones are played as that
   * @throws IllegalArgumentException if there is no frame, or they differ in size
   * @throws IOException if the folder is missing or not writable, or the disk is full
   */
  public static void write(Path file, List<Image> frames, int delayMs) throws IOException {
    check(frames, delayMs);
    Palette palette = Palette.of(frames, COLOURS);
    WholeFile.write(file, out -> new Gif(out, palette).video(frames, delayMs));
  }

  private static void check(List<Image> frames, int delayMs) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("a video needs at least one frame");
    }
    if (delayMs < 1) {
      throw new IllegalArgumentException("delay is " + delayMs + " ms, expected at least 1");
    }
    Image first = frames.get(0);
    for (int i = 0; i < frames.size(); i++) {
      Image frame = frames.get(i);
      if (!frame.hasSizeOf(first)) {
        throw new IllegalArgumentException(
            "frame %d has %d x %d pixels, expected %d x %d like the first"
                .formatted(i, frame.width(), frame.height(), first.width(), first.height()));
      }
    }
  }

  private void video(List<Image> frames, int delayMs) throws IOException {
    Image first = frames.get(0);
    header(first.width(), first.height());
    byte[] shown = null;
    long elapsed = 0;
    for (int i = 0; i < frames.size(); i++) {
      byte[] indices = indices(frames.get(i));
      // Rounding must not add up to another speed.
      long until = Math.round((i + 1) * (double) delayMs / CENTISECOND);
      int delay = (int) Math.max(SHORTEST, until - elapsed);
      elapsed = until;
      frame(indices, shown, first.width(), first.height(), delay);
      shown = indices;
    }
    out.write(0x3B);
  }

  private void header(int width, int height) throws IOException {
    out.write("GIF89a".getBytes(StandardCharsets.US_ASCII));
    number(width);
    number(height);
    out.write(0x80 | 0x70 | (tableBits - 1));
    out.write(0);
    out.write(0);
    for (int i = 0; i < 1 << tableBits; i++) {
      for (int c = 0; c < 3; c++) {
        out.write(i < palette.size() ? palette.channel(i, c) : 0);
      }
    }
    out.write(new byte[] {0x21, (byte) 0xFF, 11});
    out.write("NETSCAPE2.0".getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {3, 1, 0, 0, 0});
  }

  private byte[] indices(Image image) {
    byte[] indices = new byte[image.pixels()];
    for (int i = 0; i < indices.length; i++) {
      int x = i % image.width();
      int y = i / image.width();
      double offset = ((PATTERN[(y & 3) * 4 + (x & 3)] + 0.5) / PATTERN.length - 0.5) * SPREAD;
      indices[i] =
          (byte)
              palette.nearest(
                  image.channel(i, 0) + offset,
                  image.channel(i, 1) + offset,
                  image.channel(i, 2) + offset);
    }
    return indices;
  }

  /** What of a frame differs from the one shown before. */
  private void frame(byte[] indices, byte[] shown, int width, int height, int delay)
      throws IOException {
    int left = 0;
    int top = 0;
    int right = width - 1;
    int bottom = height - 1;
    if (shown != null) {
      int first = Arrays.mismatch(indices, shown);
      if (first < 0) {
        // Nothing moved: one invisible pixel carries the time.
        right = 0;
        bottom = 0;
      } else {
        top = first / width;
        while (sameRow(indices, shown, bottom, width)) {
          bottom--;
        }
        while (sameColumn(indices, shown, left, top, bottom, width)) {
          left++;
        }
        while (sameColumn(indices, shown, right, top, bottom, width)) {
          right--;
        }
      }
    }
    byte[] part = new byte[(right - left + 1) * (bottom - top + 1)];
    int n = 0;
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        int i = y * width + x;
        boolean same = shown != null && shown[i] == indices[i];
        part[n++] = same ? (byte) transparent : indices[i];
      }
    }
    int keepAndTransparent = 1 << 2 | 1;
    out.write(new byte[] {0x21, (byte) 0xF9, 4, (byte) keepAndTransparent});
    number(delay);
    out.write(transparent);
    out.write(0);
    out.write(0x2C);
    number(left);
    number(top);
    number(right - left + 1);
    number(bottom - top + 1);
    out.write(0);
    Lzw.write(part, tableBits, out);
  }

  private static boolean sameRow(byte[] a, byte[] b, int y, int width) {
    return Arrays.equals(a, y * width, (y + 1) * width, b, y * width, (y + 1) * width);
  }

  private static boolean sameColumn(byte[] a, byte[] b, int x, int top, int bottom, int width) {
    for (int y = top; y <= bottom; y++) {
      if (a[y * width + x] != b[y * width + x]) {
        return false;
      }
    }
    return true;
  }

  private void number(int value) throws IOException {
    out.write(value & 0xff);
    out.write(value >> 8 & 0xff);
  }
}
