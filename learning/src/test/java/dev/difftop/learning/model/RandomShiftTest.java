package dev.difftop.learning.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RandomShiftTest {
  private static final int SIDE = 6;
  private static final int CHANNELS = 2;
  private static final int IMAGES = 40;
  private static final int MOST = 2;

  /** Every pixel says where it was. */
  private static Array images(DType dtype) {
    Array images = Array.zeros(dtype, Shape.of(IMAGES / 2, 2, SIDE, SIDE, CHANNELS));
    for (int i = 0; i < images.size(); i++) {
      images.set(i, i % (SIDE * SIDE * CHANNELS));
    }
    return images;
  }

  private static double pixel(Array images, int image, int y, int x, int channel) {
    return images.get(((image * SIDE + y) * SIDE + x) * CHANNELS + channel);
  }

  private static Array moved(int most, long seed) {
    Array images = images(DType.UINT8);
    Array moved = Array.zeros(DType.FLOAT32, images.shape());
    new RandomShift(most).write(images, moved, RandomStream.root(seed));
    return moved;
  }

  /** Each image moves as a whole, by at most so many pixels; what comes in repeats the edge. */
  @Test
  void imagesMoveAsAWhole() {
    Array images = images(DType.UINT8);
    Array moved = moved(MOST, 1);
    Set<Integer> distances = new HashSet<>();
    for (int i = 0; i < IMAGES; i++) {
      // The middle is never at an edge, so it says how far its image has moved.
      int from = (int) pixel(moved, i, 3, 3, 0) / CHANNELS;
      int down = 3 - from / SIDE;
      int right = 3 - from % SIDE;
      assertTrue(Math.abs(down) <= MOST && Math.abs(right) <= MOST, down + " " + right);
      distances.add(down * 10 + right);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int row = Math.max(0, Math.min(SIDE - 1, y - down));
          int column = Math.max(0, Math.min(SIDE - 1, x - right));
          for (int c = 0; c < CHANNELS; c++) {
            assertEquals(pixel(images, i, row, column, c), pixel(moved, i, y, x, c));
          }
        }
      }
    }
    // 25 are possible, and every image draws its own.
    assertTrue(distances.size() > 10, distances::toString);
  }

  @Test
  void theSameSeedMovesAlike() {
    assertArrayEquals(moved(MOST, 3).toDoubles(), moved(MOST, 3).toDoubles());
    assertArrayEquals(images(DType.UINT8).toDoubles(), moved(0, 3).toDoubles());
  }

  /** Vectors, and sequences of numbers that are no images, stay. */
  @Test
  void onlyImagesMove() {
    assertTrue(new RandomShift(MOST).moves(images(DType.UINT8)));
    assertFalse(new RandomShift(0).moves(images(DType.UINT8)));
    assertFalse(new RandomShift(MOST).moves(images(DType.FLOAT32)));
    assertFalse(new RandomShift(MOST).moves(Array.zeros(DType.UINT8, Shape.of(4, 3, 7))));
  }
}
