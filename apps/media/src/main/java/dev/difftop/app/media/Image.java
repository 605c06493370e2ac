package dev.difftop.app.media;

/**
 * An image.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param rgb red, green and blue of each pixel, row by row from the top; shared, not copied
 */
public record Image(int width, int height, byte[] rgb) {
  private static final int CHANNELS = 3;
  private static final int WHITE = 255;

  /** Checks the sizes. */
  public Image {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "image of %d x %d pixels, expected at least 1 x 1".formatted(width, height));
    }
    if (rgb.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "image of %d x %d pixels needs %d bytes, found %d"
              .formatted(width, height, (long) width * height * CHANNELS, rgb.length));
    }
  }

  /**
   * Distances as an image in grey, the nearest white and the farthest black; even steps of grey are
   * even steps of 1 / distance, so that what is near shows its shape whatever is behind it.
   *
   * @param metres distance of each pixel, row by row from the top, above 0
   */
  public static Image ofDepth(int width, int height, float[] metres) {
    double nearest = Double.POSITIVE_INFINITY;
    double farthest = 0;
    for (float distance : metres) {
      nearest = Math.min(nearest, distance);
      farthest = Math.max(farthest, distance);
    }
    double span = 1 / nearest - 1 / farthest;
    byte[] rgb = new byte[metres.length * CHANNELS];
    for (int i = 0; i < metres.length; i++) {
      double brightness = span > 0 ? (1 / metres[i] - 1 / farthest) / span : 1;
      byte grey = (byte) Math.round(WHITE * brightness);
      for (int c = 0; c < CHANNELS; c++) {
        rgb[i * CHANNELS + c] = grey;
      }
    }
    return new Image(width, height, rgb);
  }

  /** Number of pixels. */
  int pixels() {
    return width * height;
  }

  /** One colour of a pixel, 0 to 255: channel 0 is red, 1 green, 2 blue. */
  int channel(int pixel, int channel) {
    return rgb[pixel * CHANNELS + channel] & WHITE;
  }

  boolean hasSizeOf(Image other) {
    return width == other.width && height == other.height;
  }
}
