package dev.difftop.app.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes PNG files. */
public final class Png {
  private Png() {}

  /**
   * Writes an image; an existing file is replaced once the new one is complete.
   *
   * @throws IOException if the folder is missing or not writable, or the disk is full
   */
  public static void write(Path file, Image image) throws IOException {
    BufferedImage buffer =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < image.pixels(); i++) {
      int rgb = image.channel(i, 0) << 16 | image.channel(i, 1) << 8 | image.channel(i, 2);
      buffer.setRGB(i % image.width(), i / image.width(), rgb);
    }
    WholeFile.write(
        file,
        out -> {
          // A cache on disk would need a second writable folder.
          ImageIO.setUseCache(false);
          if (!ImageIO.write(buffer, "png", out)) {
            throw new IOException(file + ": this Java has no PNG writer");
          }
        });
  }
}
