package dev.difftop.learning.replay;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.output.TemporaryFiles;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import dev.difftop.learning.storage.StoredArrays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Episodes in a folder, a file each, in Minari's layout, so that any tool for datasets reads them.
 * A file takes its name once it is whole: a process that is killed leaves the finished episodes.
 */
final class EpisodeFolder implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("episode_(\\d{9,18})\\.hdf5");
  private static final String GROUP = "episode_0";

  private static final int PICTURE_RANK = 3;
  private static final long CHUNK_BYTES = 1 << 16;
  private static final int MOST_OPEN = 128;

  private final Path folder;
  private final int compression;
  private final Map<Long, H5File> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Opens a folder, which is made if it is not there; removes what killed writers left. */
  EpisodeFolder(Path folder, int compression) {
    this.folder = folder;
    this.compression = compression;
    try {
      Files.createDirectories(folder);
      TemporaryFiles.removeAll(folder);
    } catch (IOException e) {
      throw new DataException(
          "UNWRITABLE",
          folder.toString(),
          "replay: the folder cannot be made: %s; name another with replay.folder".formatted(e),
          e);
    }
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("replay.folder: " + folder + " cannot be read", e);
    }
  }

  /** Numbers of the episodes that are there. */
  TreeSet<Long> numbers() {
    TreeSet<Long> numbers = new TreeSet<>();
    for (String name : names()) {
      Matcher found = NAME.matcher(name);
      if (found.matches()) {
        numbers.add(Long.parseLong(found.group(1)));
      }
    }
    return numbers;
  }

  /**
   * Removes all episodes but these.
   *
   * @throws DataException if one of these is not there; nothing has been removed then
   */
  void keepOnly(long[] numbers) {
    TreeSet<Long> others = numbers();
    for (long number : numbers) {
      if (!others.remove(number)) {
        throw new DataException(
            "MISSING_KEY",
            file(number).toString(),
            "replay: this episode is not there any more",
            null);
      }
    }
    others.forEach(this::remove);
  }

  /** Where an episode lies. */
  Path file(long number) {
    return folder.resolve("episode_%09d.hdf5".formatted(number));
  }

  // ------------------------------------------------------------------ writing

  void write(long number, ReplayEpisode episode) {
    guarded(
        () -> {
          try (H5File file = H5File.create(file(number));
              H5Group group = file.createGroup(GROUP)) {
            file.setAttribute("total_episodes", 1L);
            file.setAttribute("total_steps", (long) episode.length());
            group.setAttribute("id", number);
            group.setAttribute("total_steps", (long) episode.length());
            episode.arrays().forEach((name, array) -> write(group, name, array));
            writeEnds(group, "terminations", episode.length(), episode.terminated());
            writeEnds(group, "truncations", episode.length(), !episode.terminated());
            file.commit();
          }
          return null;
        });
  }

  private void write(H5Group group, String name, Array array) {
    long[] shape = StoredArrays.dims(array);
    boolean pictures = array.dtype() == DType.UINT8;
    H5Type type = pictures ? H5Type.UINT8 : H5Type.FLOAT32;
    H5Storage storage =
        pictures && shape.length >= PICTURE_RANK ? ofPictures(shape) : H5Storage.contiguous();
    try (H5Dataset dataset = group.create(name, type, shape, storage)) {
      if (pictures) {
        byte[] bytes = new byte[array.size()];
        ((ByteBuffer) array.buffer()).get(0, bytes);
        dataset.write(bytes, H5Slab.all());
      } else {
        dataset.write(array.toFloats(), H5Slab.all());
      }
    }
  }

  /** Few whole frames a chunk: short sequences are read from anywhere. */
  private H5Storage ofPictures(long[] shape) {
    long[] chunk = shape.clone();
    long frame = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    chunk[0] = Math.max(1, Math.min(shape[0], CHUNK_BYTES / Math.max(1, frame)));
    return compression == 0 ? H5Storage.contiguous() : H5Storage.chunked(chunk).gzip(compression);
  }

  private static void writeEnds(H5Group group, String name, int length, boolean last) {
    byte[] ends = new byte[length];
    ends[length - 1] = (byte) (last ? 1 : 0);
    long[] shape = {length};
    try (H5Dataset dataset = group.create(name, H5Type.BOOLEAN, shape, H5Storage.contiguous())) {
      dataset.write(ends, H5Slab.all());
    }
  }

  /** Removes an episode; it is no fault if it is gone already. */
  void remove(long number) {
    synchronized (this) {
      H5File file = open.remove(number);
      if (file != null) {
        file.close();
      }
    }
    remove(file(number));
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("replay: " + file + " cannot be removed", e);
    }
  }

  // ------------------------------------------------------------------ reading

  /**
   * Reads a whole episode.
   *
   * @throws DataException if its file is missing or damaged
   */
  ReplayEpisode read(long number) {
    return with(
        number,
        group -> {
          Map<String, Array> observations = new LinkedHashMap<>();
          try (H5Group all = group.group("observations")) {
            all.walk((name, dataset) -> observations.put(name, all(dataset)));
          }
          byte[] ends = new byte[0];
          try (H5Dataset terminations = group.dataset("terminations")) {
            ends = terminations.readBytes(H5Slab.all());
          }
          boolean terminated = ends.length > 0 && ends[ends.length - 1] != 0;
          Array actions = all(group, ReplayEpisode.ACTIONS);
          Array rewards = all(group, ReplayEpisode.REWARDS);
          try {
            return new ReplayEpisode(observations, actions, rewards, terminated);
          } catch (IllegalArgumentException e) {
            throw group.fault(Kind.LENGTH_MISMATCH, e.getMessage());
          }
        });
  }

  /**
   * Reads a whole episode of which it is known what it was when it was written.
   *
   * @throws DataException if its file is missing, damaged, or another
   */
  ReplayEpisode read(long number, ReplayIndex.Kept kept, ReplayRows rows) {
    ReplayEpisode episode = read(number);
    if (episode.length() != kept.length() || !ReplayRows.of(episode).equals(rows)) {
      throw new DataException(
          Kind.SHAPE_MISMATCH.name(),
          file(number).toString(),
          "replay: has %d steps of %s; expected %d of %s"
              .formatted(
                  episode.length(), ReplayRows.of(episode).arrays(), kept.length(), rows.arrays()),
          null);
    }
    return episode;
  }

  private static Array all(H5Group group, String name) {
    try (H5Dataset dataset = group.dataset(name)) {
      return all(dataset);
    }
  }

  private static Array all(H5Dataset dataset) {
    Shape shape = Shape.of(Arrays.stream(dataset.shape()).mapToInt(Math::toIntExact).toArray());
    return dataset.type().equals(H5Type.UINT8)
        ? Array.wrap(ByteBuffer.wrap(dataset.readBytes(H5Slab.all())), shape)
        : Array.wrap(FloatBuffer.wrap(dataset.readFloats(H5Slab.all())), shape);
  }

  /** Reads rows of an array of an episode into a larger one of sequences, the one of number b. */
  void read(long number, String name, int from, Array into, int b) {
    int count = into.shape().dim(1);
    int offset = b * (into.size() / into.shape().dim(0));
    with(
        number,
        group -> {
          try (H5Dataset dataset = group.dataset(name)) {
            requireRows(dataset, from + count, into);
            H5Slab rows = H5Slab.rows(from, count);
            if (into.dtype() == DType.UINT8) {
              dataset.read(rows, (byte[]) into.buffer().array(), offset);
            } else {
              dataset.read(rows, (float[]) into.buffer().array(), offset);
            }
          }
          return null;
        });
  }

  private static void requireRows(H5Dataset dataset, int rows, Array sequences) {
    long[] expected = StoredArrays.dims(sequences);
    long[] found = dataset.shape();
    boolean bytes = dataset.type().equals(H5Type.UINT8);
    if (found.length != expected.length - 1
        || found[0] < rows
        || !Arrays.equals(found, 1, found.length, expected, 2, expected.length)
        || bytes != (sequences.dtype() == DType.UINT8)) {
      throw dataset.fault(
          Kind.SHAPE_MISMATCH,
          "has shape %s of %s; expected %d rows or more of %s"
              .formatted(
                  Arrays.toString(found),
                  dataset.type(),
                  rows,
                  Arrays.toString(Arrays.copyOfRange(expected, 2, expected.length))));
    }
  }

  /** Runs with an episode's group. An open file may be used by several threads. */
  private <T> T with(long number, Function<H5Group, T> work) {
    return guarded(
        () -> {
          try (H5Group group = opened(number).group(GROUP)) {
            return work.apply(group);
          }
        });
  }

  private synchronized H5File opened(long number) {
    H5File file = open.get(number);
    if (file == null) {
      file = H5File.open(file(number));
      open.put(number, file);
    }
    return file;
  }

  /** Closes the files that were used the longest ago. Nobody may be reading. */
  synchronized void closeSome() {
    var oldest = open.values().iterator();
    while (open.size() > MOST_OPEN) {
      oldest.next().close();
      oldest.remove();
    }
  }

  private static <T> T guarded(java.util.function.Supplier<T> work) {
    try {
      return work.get();
    } catch (H5Exception e) {
      throw new DataException(e.kind().name(), e.where(), "replay: " + e.detail(), e);
    }
  }

  @Override
  public synchronized void close() {
    open.values().forEach(H5File::close);
    open.clear();
  }
}
