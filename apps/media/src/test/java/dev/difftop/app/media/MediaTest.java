package dev.difftop.app.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Images and videos, read back with the JDK's readers. */
class MediaTest {
  @TempDir Path folder;

  /** A soft background with a disc that moves from left to right. */
  private static Image scene(int width, int height, double position) {
    byte[] rgb = new byte[width * height * 3];
    double cx = width * position;
    double cy = height / 2.0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * 3;
        boolean disc = Math.hypot(x - cx, y - cy) < height / 5.0;
        rgb[at] = (byte) (disc ? 230 : 120 + 80 * y / height);
        rgb[at + 1] = (byte) (disc ? 110 : 150 + 70 * y / height);
        rgb[at + 2] = (byte) (disc ? 40 : 190 + 50 * y / height);
      }
    }
    return new Image(width, height, rgb);
  }

  private static List<Image> video(int frames) {
    return Stream.iterate(0, i -> i + 1)
        .limit(frames)
        .map(i -> scene(160, 120, (i + 1.0) / (frames + 1)))
        .toList();
  }

  private record Video(List<BufferedImage> frames, List<Integer> delays) {}

  /** Plays a video: each frame is drawn over the one before. */
  private static Video play(Path file) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      List<BufferedImage> frames = new ArrayList<>();
      List<Integer> delays = new ArrayList<>();
      BufferedImage shown = null;
      for (int i = 0; i < reader.getNumImages(true); i++) {
        BufferedImage part = reader.read(i);
        Element tree =
            (Element) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode place = node(tree, "ImageDescriptor");
        IIOMetadataNode control = node(tree, "GraphicControlExtension");
        delays.add(Integer.valueOf(control.getAttribute("delayTime")));
        BufferedImage whole =
            new BufferedImage(
                shown == null ? part.getWidth() : shown.getWidth(),
                shown == null ? part.getHeight() : shown.getHeight(),
                BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = whole.createGraphics();
        g.drawImage(shown, 0, 0, null);
        g.drawImage(
            part,
            Integer.parseInt(place.getAttribute("imageLeftPosition")),
            Integer.parseInt(place.getAttribute("imageTopPosition")),
            null);
        g.dispose();
        frames.add(whole);
        shown = whole;
      }
      return new Video(frames, delays);
    } finally {
      reader.dispose();
    }
  }

  private static IIOMetadataNode node(Element tree, String name) {
    return (IIOMetadataNode) tree.getElementsByTagName(name).item(0);
  }

  private static double meanError(Image expected, BufferedImage found) {
    double sum = 0;
    for (int i = 0; i < expected.pixels(); i++) {
      int rgb = found.getRGB(i % expected.width(), i / expected.width());
      for (int c = 0; c < 3; c++) {
        sum += Math.abs((rgb >> (16 - 8 * c) & 0xff) - expected.channel(i, c));
      }
    }
    return sum / expected.pixels() / 3;
  }

  @Test
  void aFilmLooksLikeItsFrames() throws IOException {
    List<Image> frames = video(20);
    Path file = folder.resolve("rollout.gif");
    Gif.write(file, frames, 80);
    Video video = play(file);
    assertEquals(20, video.frames().size());
    for (int i = 0; i < 20; i++) {
      assertTrue(meanError(frames.get(i), video.frames().get(i)) < 2.5, "frame " + i);
    }
    assertTrue(Files.size(file) < 40_000, "size " + Files.size(file));
  }

  @Test
  void keepsItsSpeedOnTheWhole() throws IOException {
    Path file = folder.resolve("rollout.gif");
    Gif.write(file, video(30), 33);
    int total = play(file).delays().stream().mapToInt(d -> d).sum();
    assertEquals(99, total);
  }

  @Test
  void noiseSurvivesTheCompression() throws IOException {
    // Fills the dictionary many times over.
    byte[] rgb = new byte[200 * 150 * 3];
    Random random = new Random(1);
    for (int i = 0; i < rgb.length; i += 3) {
      byte grey = (byte) (random.nextInt(60) * 4);
      rgb[i] = grey;
      rgb[i + 1] = grey;
      rgb[i + 2] = grey;
    }
    Image noise = new Image(200, 150, rgb);
    Path file = folder.resolve("noise.gif");
    Gif.write(file, List.of(noise), 100);
    assertTrue(meanError(noise, play(file).frames().get(0)) < 3);
  }

  @Test
  void stillFramesCostNothing() throws IOException {
    Image still = scene(160, 120, 0.5);
    Path one = folder.resolve("one.gif");
    Path many = folder.resolve("many.gif");
    Gif.write(one, List.of(still), 80);
    Gif.write(many, java.util.Collections.nCopies(50, still), 80);
    assertEquals(50, play(many).frames().size());
    assertTrue(Files.size(many) - Files.size(one) < 50 * 32);
  }

  @Test
  void aImageOfOneColourKeepsIt() throws IOException {
    byte[] rgb = new byte[7 * 5 * 3];
    java.util.Arrays.fill(rgb, (byte) 77);
    Path file = folder.resolve("plain.gif");
    Gif.write(file, List.of(new Image(7, 5, rgb)), 50);
    assertEquals(0xff4d4d4d, play(file).frames().get(0).getRGB(3, 3));
  }

  @Test
  void aPngIsExact() throws IOException {
    Image image = scene(31, 17, 0.3);
    Path file = folder.resolve("image.png");
    Png.write(file, image);
    Png.write(file, image);
    assertEquals(0, meanError(image, ImageIO.read(file.toFile())));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList(), "nothing is left beside it");
    }
  }

  @Test
  void depthIsBrightWhereItIsNear() {
    Image image = Image.ofDepth(2, 2, new float[] {1, 2, 4, 100});
    assertEquals(255, image.channel(0, 0));
    assertEquals(0, image.channel(3, 2));
    assertTrue(image.channel(1, 1) > image.channel(2, 1));
    assertArrayEquals(new byte[] {-1, -1, -1}, Image.ofDepth(1, 1, new float[] {3}).rgb());
  }

  @Test
  void refusesWhatIsNoFilm() {
    Path file = folder.resolve("rollout.gif");
    assertThrows(IllegalArgumentException.class, () -> Gif.write(file, List.of(), 80));
    assertThrows(IllegalArgumentException.class, () -> Gif.write(file, video(1), 0));
    IllegalArgumentException sizes =
        assertThrows(
            IllegalArgumentException.class,
            () -> Gif.write(file, List.of(scene(8, 8, 0.5), scene(8, 9, 0.5)), 80));
    assertEquals("frame 1 has 8 x 9 pixels, expected 8 x 8 like the first", sizes.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Image(3, 3, new byte[26]));
    assertThrows(IllegalArgumentException.class, () -> new Image(0, 3, new byte[0]));
  }

  @Test
  void aFolderThatIsNotThereIsAnIoException() {
    Path file = folder.resolve("nowhere/image.png");
    assertThrows(IOException.class, () -> Png.write(file, scene(4, 4, 0.5)));
    assertThrows(IOException.class, () -> Gif.write(file, video(2), 80));
  }
}
