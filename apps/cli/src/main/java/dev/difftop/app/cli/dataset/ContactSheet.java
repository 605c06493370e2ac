package dev.difftop.app.cli.dataset;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.media.Image;
import dev.difftop.app.media.Lettering;
import dev.difftop.app.media.Png;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A sheet of frames: a strip for each episode and camera, its frames evenly spaced from the first
 * to the last one, with the number of the step above each. Small frames are enlarged.
 */
final class ContactSheet {
  private static final int MOST_EPISODES = 6;
  private static final int MOST_CAMERAS = 3;
  private static final int COLUMNS = 8;
  private static final int WANTED_HEIGHT = 84;
  private static final int MARGIN = 8;
  private static final int GAP = 4;
  private static final int DOT = 2;
  private static final int DARK = 40;
  private static final int FAINT = 130;
  private static final int RGB = 3;
  private static final int RGBA = 4;

  private final Dataset dataset;
  private final List<Strip> strips = new ArrayList<>();

  /** Frames of one episode from one camera. */
  private record Strip(int episode, String field, int[] steps, int rows, int columns, int enlarge) {
    int height() {
      return 2 * (Lettering.height(DOT) + GAP) + rows * enlarge + MARGIN;
    }

    int frameWidth() {
      return columns * enlarge + GAP;
    }

    int width() {
      return steps.length * frameWidth() - GAP;
    }
  }

  ContactSheet(DatasetPicture what) {
    this.dataset = what.dataset();
    List<String> cameras = what.fields(DType.UINT8, MOST_CAMERAS);
    for (int episode : what.episodes(MOST_EPISODES)) {
      cameras.forEach(camera -> strips.add(strip(episode, camera)));
    }
  }

  private Strip strip(int episode, String field) {
    int[] frame = dataset.fields().get(field).shape().dims();
    int channels = frame.length > 2 ? frame[2] : 1;
    if (frame.length > RGB || (channels != 1 && channels != RGB && channels != RGBA)) {
      throw new UsageException(
          "--field",
          "--field: %s holds pictures of shape %s; expected height x width x 1, 3 or 4"
              .formatted(field, Arrays.toString(frame)));
    }
    int last = dataset.episodes().get(episode).length() - 1;
    int count = Math.min(COLUMNS, last + 1);
    int[] steps = new int[count];
    for (int i = 0; i < count; i++) {
      steps[i] = (int) Math.round((double) last * i / Math.max(1, count - 1));
    }
    int enlarge = Math.max(1, WANTED_HEIGHT / Math.max(1, frame[0]));
    return new Strip(episode, field, steps, frame[0], frame[1], enlarge);
  }

  void write(Path out) throws IOException {
    int width = 0;
    int height = MARGIN;
    for (Strip strip : strips) {
      int needed = Math.max(strip.width(), Lettering.width(title(strip), DOT));
      width = Math.max(width, needed + 2 * MARGIN);
      height += strip.height();
    }
    byte[] white = new byte[Math.multiplyExact(Math.multiplyExact(width, height), RGB)];
    Arrays.fill(white, (byte) 0xff);
    Image sheet = new Image(width, height, white);
    int top = MARGIN;
    for (Strip strip : strips) {
      draw(strip, sheet, top);
      top += strip.height();
    }
    Png.write(out, sheet);
  }

  private String title(Strip strip) {
    Dataset.Episode episode = dataset.episodes().get(strip.episode());
    String title = "%s  %s  %d steps".formatted(episode.name(), strip.field(), episode.length());
    if (!dataset.fields().containsKey("rewards")) {
      return title;
    }
    double[] rewards = dataset.read(strip.episode(), "rewards", 0, episode.length()).toDoubles();
    return title + String.format(Locale.ROOT, "  return %.4g", Arrays.stream(rewards).sum());
  }

  private void draw(Strip strip, Image sheet, int top) {
    int line = Lettering.height(DOT) + GAP;
    Lettering.write(sheet, title(strip), MARGIN, top, DOT, DARK);
    for (int i = 0; i < strip.steps().length; i++) {
      int left = MARGIN + i * strip.frameWidth();
      Lettering.write(sheet, Integer.toString(strip.steps()[i]), left, top + line, DOT, FAINT);
      Array frame = dataset.read(strip.episode(), strip.field(), strip.steps()[i], 1);
      paste(frame, strip, sheet, left, top + 2 * line);
    }
  }

  /** One channel is grey; of four, the last one (how opaque it is) is left out. */
  private static void paste(Array frame, Strip strip, Image sheet, int left, int top) {
    int channels = frame.size() / (strip.rows() * strip.columns());
    for (int y = 0; y < strip.rows() * strip.enlarge(); y++) {
      for (int x = 0; x < strip.columns() * strip.enlarge(); x++) {
        int pixel = y / strip.enlarge() * strip.columns() + x / strip.enlarge();
        int to = ((top + y) * sheet.width() + left + x) * RGB;
        for (int c = 0; c < RGB; c++) {
          sheet.rgb()[to + c] = (byte) frame.get(pixel * channels + (channels == 1 ? 0 : c));
        }
      }
    }
  }
}
