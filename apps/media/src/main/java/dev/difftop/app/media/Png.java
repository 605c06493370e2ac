package dev.difftop.app.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes PNG files. */
public final class Png {
  private Png() {}

  /**
   * Writes a picture; an existing file is replaced once the new one is complete.
   *
   * @throws IOException if the folder is missing or not writable, or the disk is full
   */
  public static void write(Path file, Picture picture) throws IOException {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < picture.pixels(); i++) {
      int rgb = picture.channel(i, 0) << 16 | picture.channel(i, 1) << 8 | picture.channel(i, 2);
      image.setRGB(i % picture.width(), i / picture.width(), rgb);
    }
    WholeFile.write(
        file,
        out -> {
          // A cache on disk would need a second writable folder.
          ImageIO.setUseCache(false);
          if (!ImageIO.write(image, "png", out)) {
            throw new IOException(file + ": this Java has no PNG writer");
          }
        });
  }
}
