package dev.difftop.app.cli;

import dev.difftop.api.Array;
import dev.difftop.api.DType;
import dev.difftop.api.Dataset;
import dev.difftop.app.media.LineChart;
import dev.difftop.app.media.Picture;
import dev.difftop.app.media.Png;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pictures of demonstrations, for people to look at. */
final class DatasetPicture {
  private static final int MOST_EPISODES = 6;
  private static final int COLUMNS = 8;
  private static final int MOST_LINES = 6;
  private static final int GAP = 2;
  private static final int RGB = 3;
  private static final int RGBA = 4;

  private final Dataset dataset;
  private final Optional<String> episode;

  /** Pictures of one episode, or of the first ones without a name. */
  DatasetPicture(Dataset dataset, Optional<String> episode) {
    this.dataset = dataset;
    this.episode = episode;
  }

  private List<Integer> episodes() {
    List<String> names = dataset.episodes().stream().map(Dataset.Episode::name).toList();
    if (episode.isEmpty()) {
      return IntStream.range(0, Math.min(MOST_EPISODES, names.size())).boxed().toList();
    }
    int found = names.indexOf(episode.get());
    if (found < 0) {
      throw new UsageException(
          "--episode",
          "--episode: there is no %s; the first ones are %s"
              .formatted(episode.get(), names.subList(0, Math.min(5, names.size()))));
    }
    return List.of(found);
  }

  private String field(Optional<String> asked, DType dtype, String otherwise) {
    List<String> fields =
        dataset.fields().entrySet().stream()
            .filter(f -> f.getValue().dtype() == dtype)
            .map(java.util.Map.Entry::getKey)
            .toList();
    String chosen =
        asked.orElse(fields.isEmpty() || fields.contains(otherwise) ? otherwise : fields.get(0));
    if (!fields.contains(chosen)) {
      throw new UsageException(
          "--field",
          "--field: found %s, expected one of %s with %s"
              .formatted(chosen, fields, dtype == DType.UINT8 ? "pictures" : "numbers"));
    }
    return chosen;
  }

  /** A sheet of frames: a row for each episode, its frames evenly spaced from left to right. */
  void sheet(Path out, Optional<String> asked) throws IOException {
    String field = field(asked, DType.UINT8, "obs/image");
    List<Integer> episodes = episodes();
    int[] frame = dataset.fields().get(field).shape().dims();
    int width = COLUMNS * (frame[1] + GAP) - GAP;
    int height = episodes.size() * (frame[0] + GAP) - GAP;
    byte[] rgb = new byte[width * height * RGB];
    java.util.Arrays.fill(rgb, (byte) 0xff);
    for (int row = 0; row < episodes.size(); row++) {
      int length = dataset.episodes().get(episodes.get(row)).length();
      for (int column = 0; column < Math.min(COLUMNS, length); column++) {
        int step = Math.round((length - 1f) * column / Math.max(1, Math.min(COLUMNS, length) - 1));
        Array picture = dataset.read(episodes.get(row), field, step, 1);
        paste(picture, frame, rgb, width, row * (frame[0] + GAP), column * (frame[1] + GAP));
      }
    }
    Png.write(out, new Picture(width, height, rgb));
  }

  /** One channel is grey; of four, the last one (how opaque it is) is left out. */
  private static void paste(Array picture, int[] frame, byte[] rgb, int width, int top, int left) {
    int channels = frame.length > 2 ? frame[2] : 1;
    if (channels != 1 && channels != RGB && channels != RGBA) {
      throw new UsageException(
          "--field", "--field: pictures of %d channels; expected 1, 3 or 4".formatted(channels));
    }
    for (int y = 0; y < frame[0]; y++) {
      for (int x = 0; x < frame[1]; x++) {
        int from = (y * frame[1] + x) * channels;
        int to = ((top + y) * width + left + x) * RGB;
        for (int c = 0; c < RGB; c++) {
          rgb[to + c] = (byte) picture.get(from + (channels == 1 ? 0 : c));
        }
      }
    }
  }

  /** A chart of the first columns of an array over the steps of an episode. */
  void chart(Path out, Optional<String> asked) throws IOException {
    String field = field(asked, DType.FLOAT32, "actions");
    int index = episodes().get(0);
    Dataset.Episode shown = dataset.episodes().get(index);
    double[] values = dataset.read(index, field, 0, shown.length()).toDoubles();
    int width = dataset.fields().get(field).shape().size();
    double[] steps = IntStream.range(0, shown.length()).asDoubleStream().toArray();
    LineChart chart = new LineChart(field + " of " + shown.name(), "step", field, false);
    for (int k = 0; k < Math.min(MOST_LINES, width); k++) {
      int column = k;
      double[] line =
          IntStream.range(0, steps.length).mapToDouble(t -> values[t * width + column]).toArray();
      chart.line(width == 1 ? field : "[" + k + "]", steps, line);
    }
    chart.write(out);
  }
}
