package dev.difftop.data.hdf5.robomimic;

import dev.difftop.data.hdf5.file.EpisodeOutput;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file in robomimic layout that is being written, episode by episode. It takes its name by {@link
 * #commit()}; closed without it, nothing is left.
 */
public final class RobomimicOutput implements EpisodeOutput {
  private static final long CHUNK_BYTES = 1 << 16;
  private static final long MOST_FRAMES = 10;
  private static final int IMAGE_RANK = 3;
  private static final int LEVEL = 4;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}$");

  private final H5File file;
  private final H5Group data;
  private final Map<String, List<String>> filters = new TreeMap<>();
  private int episodes;
  private long rows;

  /**
   * Starts a file.
   *
   * @param attributes of {@code /data}; {@code env_args} as JSON
   * @param overwrite whether an existing file is replaced
   */
  public RobomimicOutput(Path path, Map<String, String> attributes, boolean overwrite) {
    file = H5File.create(OutputFile.create(path, overwrite));
    try {
      data = file.createGroup("data");
      attributes.forEach(data::setAttribute);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Continues a copy of a file, which takes its place by {@link #commit()}. */
  private RobomimicOutput(OutputFile output, Index index) {
    file = H5File.edit(output);
    try {
      data = file.group("data");
      episodes = 1 + index.names().stream().mapToInt(RobomimicOutput::number).max().orElse(-1);
      rows = index.totalSamples();
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Continues a file.
   *
   * @param output taken before the file was read
   */
  public static RobomimicOutput reopen(OutputFile output, Index index) {
    return new RobomimicOutput(output, index);
  }

  /** Behind the highest number there is, so that no name is taken twice. */
  private static int number(String name) {
    Matcher digits = NUMBER.matcher(name);
    return digits.find() ? Integer.parseInt(digits.group()) : -1;
  }

  /**
   * Adds an episode.
   *
   * @param content writes what is in it
   * @return its name
   */
  public String episode(int length, Consumer<H5Group> content) {
    String name = "demo_" + episodes;
    try (H5Group group = data.createGroup(name)) {
      group.setAttribute("num_samples", (long) length);
      content.accept(group);
    }
    episodes++;
    rows += length;
    return name;
  }

  /** Adds an episode exactly as it is in another file of this layout. */
  public String copy(H5Group from, int length) {
    String name = "demo_" + episodes;
    from.copyTo(data, name);
    episodes++;
    rows += length;
    return name;
  }

  /** Adds episodes to a filter. */
  public void filter(String key, List<String> names) {
    filters.merge(key, names, (a, b) -> Stream.concat(a.stream(), b.stream()).distinct().toList());
  }

  @Override
  public long episodes() {
    return episodes;
  }

  /** Whole frames a chunk, so that a reader of a few frames inflates little more than these. */
  public static H5Storage storage(H5Type type, long[] shape) {
    long frameBytes = type.bytes();
    for (int i = 1; i < shape.length; i++) {
      frameBytes *= shape[i];
    }
    boolean image = type.bytes() <= 2 && shape.length >= IMAGE_RANK;
    if (!image || shape[0] == 0 || frameBytes == 0) {
      return H5Storage.contiguous();
    }
    long[] chunk = shape.clone();
    long frames = Math.max(1, Math.min(MOST_FRAMES, CHUNK_BYTES / frameBytes));
    chunk[0] = Math.min(shape[0], frames);
    return H5Storage.chunked(chunk).gzip(LEVEL);
  }

  @Override
  public void attribute(String name, String value) {
    data.setAttribute(name, value);
  }

  @Override
  public void commit() {
    data.setAttribute("total", rows);
    filters.forEach((key, names) -> file.writeFixed("mask/" + key, names));
    file.commit();
  }

  @Override
  public void close() {
    file.close();
  }
}
