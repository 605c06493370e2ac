package dev.difftop.data.hdf5;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.Windows;
import dev.difftop.data.hdf5.d4rl.D4rlFormat;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.inspect.FileInspector;
import dev.difftop.data.hdf5.maniskill.ManiskillFormat;
import dev.difftop.data.hdf5.minari.MinariFormat;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.data.hdf5.reading.DemonstrationDataset;
import dev.difftop.data.hdf5.robomimic.RobomimicFormat;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Damages files and reads them, in a process of its own, so that a native breakdown is seen by
 * whoever started it: {@code Fuzz FOLDER FIRST_SEED COUNT MARK}. The seed at work is always in the
 * file MARK. Ends with 1 at the first thing that is neither a result nor a {@link DataException}.
 */
public final class Fuzz {
  private static final List<Format> FORMATS =
      List.of(new RobomimicFormat(), new D4rlFormat(), new MinariFormat(), new ManiskillFormat());
  private static final long MOST_BYTES = 1L << 26;
  private static final long SLOWEST_SECONDS = 30;
  private static final long[] EXTREMES = {
    0, 1, -1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 1L << 31, 1L << 32, 1L << 40, Long.MAX_VALUE
  };

  private final List<Path> sources;
  private final Path folder;
  private final Path mark;
  private volatile long started;
  private volatile long seed;

  private Fuzz(List<Path> sources, Path folder, Path mark) {
    this.sources = sources;
    this.folder = folder;
    this.mark = mark;
  }

  /** Runs the cases. */
  public static void main(String[] args) throws IOException {
    Path from = Path.of(args[0]);
    List<Path> sources;
    try (Stream<Path> files = Files.list(from)) {
      sources = files.filter(f -> f.toString().matches(".*\\.(h5|hdf5)")).sorted().toList();
    }
    Path folder = Files.createTempDirectory("difftop-fuzz");
    try {
      Fuzz fuzz = new Fuzz(sources, folder, Path.of(args[3]));
      fuzz.watch();
      fuzz.run(Long.parseLong(args[1]), Long.parseLong(args[2]));
    } finally {
      try (Stream<Path> rest = Files.list(folder)) {
        rest.forEach(path -> path.toFile().delete());
      }
      Files.deleteIfExists(folder);
    }
  }

  private void watch() {
    started = System.nanoTime();
    Thread watch =
        new Thread(
            () -> {
              while ((System.nanoTime() - started) / 1_000_000_000L < SLOWEST_SECONDS) {
                try {
                  Thread.sleep(200);
                } catch (InterruptedException e) {
                  return;
                }
              }
              System.out.println("seed " + seed + " takes for ever");
              Runtime.getRuntime().halt(2);
            });
    watch.setDaemon(true);
    watch.start();
  }

  private void run(long first, long count) throws IOException {
    long sound = 0;
    for (seed = first; seed < first + count; seed++) {
      started = System.nanoTime();
      Files.writeString(mark, Long.toString(seed));
      RandomGenerator random = RandomStream.root(seed).child("fuzz");
      Path source = sources.get(random.nextInt(sources.size()));
      Path file = folder.resolve(source.getFileName());
      Files.write(file, damaged(Files.readAllBytes(source), random));
      try {
        sound += read(file) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        System.out.println("seed " + seed + " (" + source.getFileName() + "): " + e);
        e.printStackTrace(System.out);
        Runtime.getRuntime().halt(1);
      }
    }
    long held = H5File.openObjects();
    System.out.printf("%d cases from seed %d, %d sound, %d ids%n", count, first, sound, held);
  }

  /** One to eight damages, or a cut. */
  static byte[] damaged(byte[] bytes, RandomGenerator random) {
    if (random.nextInt(12) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 1 + random.nextInt(8); n > 0; n--) {
      int at = random.nextInt(bytes.length - Long.BYTES);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> all.putShort(at, (short) EXTREMES[random.nextInt(EXTREMES.length)]);
        default -> all.putLong(at, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
    }
    return bytes;
  }

  private static boolean read(Path file) {
    boolean sound = false;
    for (Format format : FORMATS) {
      FileInspector inspector =
          new FileInspector(format, H5Access.careful().withMaxBytes(MOST_BYTES), 0);
      try {
        if (inspector.recognises(file)) {
          sound |= "ok".equals(inspector.check(file).get("result"));
          others(inspector, file);
          load(format, file);
        }
      } catch (DataException e) {
        // What a damaged file is for.
      }
    }
    return sound;
  }

  private static void others(DatasetInspector inspector, Path file) {
    inspector.info(file);
    inspector.stats(file);
    inspector.head(file, Optional.empty(), 3);
    inspector.windows(file, new Windows.Rule(3, 2, true, true), List.of());
  }

  private static void load(Format format, Path file) {
    DemonstrationConfig config =
        new DemonstrationConfig(file, Optional.empty(), List.of(), 1 << 20, MOST_BYTES, false);
    try (Dataset dataset = DemonstrationDataset.open(format, config, 0)) {
      int last = dataset.episodes().size() - 1;
      for (Map.Entry<String, Dataset.Field> field : dataset.fields().entrySet()) {
        int rows = Math.min(5, dataset.episodes().get(last).length());
        Array array = dataset.read(last, field.getKey(), 0, rows);
        if (array.shape().dim(0) != rows) {
          throw new IllegalStateException("asked for " + rows + " rows, found " + array);
        }
      }
    } catch (DataException e) {
      if (e.getMessage() == null || e.where().isEmpty()) {
        throw new UncheckedIOException(new IOException("no place", e));
      }
    }
  }
}
