package dev.difftop.learning.model;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import java.util.random.RandomGenerator;

/**
 * Images moved by whole pixels, as if they had been padded by repeating their edges and cut out
 * again; every image of a batch by a distance of its own. Kostrikov, Yarats, Fergus, "Image
 * augmentation is all you need", 2020.
 */
final class RandomShift {
  private final int most;

  /**
   * A shift.
   *
   * @param most pixels along either side
   */
  RandomShift(int most) {
    this.most = most;
  }

  /** Whether these are images that it moves: bytes (B, steps, height, width, channels). */
  boolean moves(Array sequences) {
    return most > 0 && sequences.dtype() == DType.UINT8 && sequences.shape().rank() == 5;
  }

  /**
   * Writes moved images.
   *
   * @param images (B, steps, height, width, channels)
   * @param moved of the same shape; overwritten
   */
  void write(Array images, Array moved, RandomGenerator random) {
    int[] dims = images.shape().dims();
    int one = dims[2] * dims[3] * dims[4];
    float[] image = new float[one];
    float[] out = new float[one];
    for (int i = 0; i < dims[0] * dims[1]; i++) {
      int down = random.nextInt(2 * most + 1) - most;
      int right = random.nextInt(2 * most + 1) - most;
      images.read(i * one, image, 0, one);
      move(image, out, dims, down, right);
      moved.write(i * one, out, 0, one);
    }
  }

  private static void move(float[] image, float[] out, int[] dims, int down, int right) {
    int height = dims[2];
    int width = dims[3];
    int channels = dims[4];
    for (int y = 0; y < height; y++) {
      int row = Math.max(0, Math.min(height - 1, y - down)) * width;
      for (int x = 0; x < width; x++) {
        int from = (row + Math.max(0, Math.min(width - 1, x - right))) * channels;
        System.arraycopy(image, from, out, (y * width + x) * channels, channels);
      }
    }
  }
}
