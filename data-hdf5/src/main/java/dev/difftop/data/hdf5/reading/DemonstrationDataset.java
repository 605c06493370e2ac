package dev.difftop.data.hdf5.reading;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Masks;
import dev.difftop.data.hdf5.file.Problems;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.data.hdf5.robomimic.Splitting;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Demonstrations of any format, read from an open file. Low-dimensional arrays are kept as float32
 * once they have been read, as far as they fit; images are read when asked for, and only the chunks
 * that hold the rows.
 */
public final class DemonstrationDataset implements Dataset {
  private static final int SHARE_OF_HEAP = 4;

  private final H5File file;
  private final OpenDatasets datasets;
  private final Map<String, String> attributes;
  private final List<String> warnings;
  private final List<Episode> episodes;
  private final List<Map<String, Rows>> arrays;
  private final Map<String, Field> fields;
  private final Set<String> kept;
  private final long limitBytes;
  private final Map<Rows, float[]> cache = new ConcurrentHashMap<>();

  /**
   * Opens and checks a file; no array is read yet.
   *
   * @throws DataException on a fault of the file, an unknown filter key, a field that is not there,
   *     or if there are no episodes
   */
  public static DemonstrationDataset open(
      Format format, DemonstrationConfig config, int maxEpisodeSteps) {
    H5Access access =
        H5Access.careful()
            .withMaxBytes(config.limitBytes())
            .withExternal(
                config.external() ? H5Access.External.SAME_FOLDER : H5Access.External.REFUSE);
    return Problems.guarded(
        () -> {
          H5File file = H5File.open(format.locate(config.path()), access);
          try {
            Format.Look look = new Format.Look(access, false, maxEpisodeSteps);
            return new DemonstrationDataset(format, file, format.index(file, look), config);
          } catch (RuntimeException e) {
            file.close();
            throw e;
          }
        });
  }

  /** The dataset of an open file that has been looked at, and which it owns. */
  public DemonstrationDataset(Format format, H5File file, Index index, DemonstrationConfig config) {
    this.file = file;
    limitBytes = config.limitBytes();
    datasets = new OpenDatasets(file);
    attributes = index.attributes();
    warnings = index.warnings();
    if (index.demos().isEmpty()) {
      throw fault(Kind.MISSING_KEY, "data", "holds no episodes, so nothing can be read from it");
    }
    List<Demo> demos = part(chosen(index, config), config.split());
    episodes = demos.stream().map(d -> new Episode(d.name(), d.length())).toList();
    arrays = demos.stream().map(format::fields).toList();
    fields = Collections.unmodifiableMap(shared(arrays, config.fields()));
    kept = kept(room(config));
  }

  private List<Demo> chosen(Index index, DemonstrationConfig config) {
    if (config.filter().isEmpty()) {
      return index.demos();
    }
    String key = config.filter().get();
    List<String> names = index.filters().get(key);
    if (names == null) {
      throw fault(
          Kind.MISSING_KEY,
          "mask/" + key,
          "there is no such filter key; found " + listed(index.filters().keySet()));
    }
    Masks.check(file.file(), key, names, index.names());
    if (names.isEmpty()) {
      throw fault(Kind.MISSING_KEY, "mask/" + key, "this filter key selects no episodes");
    }
    return index.demos().stream().filter(d -> names.contains(d.name())).toList();
  }

  private List<Demo> part(List<Demo> demos, SplitConfig split) {
    if (split.part() == SplitConfig.Part.ALL) {
      return demos;
    } else if (demos.size() < 2) {
      throw fault(
          Kind.UNSUPPORTED,
          "",
          "has one episode; a part of it cannot be drawn. Set split.part: all");
    }
    Set<String> valid =
        Splitting.valid(demos.stream().map(Demo::name).toList(), split.validShare(), split.seed());
    boolean wanted = split.part() == SplitConfig.Part.VALID;
    return demos.stream().filter(d -> valid.contains(d.name()) == wanted).toList();
  }

  private DataException fault(Kind kind, String inside, String message) {
    return new DataException(kind.name(), file.file() + ":" + inside, message, null);
  }

  private static String listed(java.util.Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** The arrays that every episode has, or those that are asked for. */
  private Map<String, Field> shared(List<Map<String, Rows>> all, List<String> asked) {
    Map<String, Field> found = new LinkedHashMap<>();
    all.get(0)
        .forEach(
            (name, rows) -> {
              if (all.stream().allMatch(m -> matches(m.get(name), rows)) && fits(rows)) {
                found.put(name, field(rows));
              }
            });
    if (asked.isEmpty()) {
      return found;
    }
    List<String> missing = new ArrayList<>(asked);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      throw fault(
          Kind.MISSING_KEY,
          missing.get(0),
          "not every episode has " + listed(missing) + "; found " + listed(found.keySet()));
    }
    found.keySet().retainAll(asked);
    return found;
  }

  private static boolean matches(Rows rows, Rows other) {
    return rows != null
        && java.util.Arrays.equals(rows.rowShape(), other.rowShape())
        && rows.dtype() == other.dtype();
  }

  private static boolean fits(Rows rows) {
    return rows.rowElements() >= 0 && rows.rowElements() <= Integer.MAX_VALUE;
  }

  private static Field field(Rows rows) {
    int[] dims = java.util.Arrays.stream(rows.rowShape()).mapToInt(Math::toIntExact).toArray();
    return new Field(Shape.of(dims), rows.dtype());
  }

  /**
   * The low-dimensional arrays that are kept in memory: the smallest ones first, while they fit.
   */
  private Set<String> kept(long room) {
    Map<String, Double> sizes = new LinkedHashMap<>();
    fields.forEach(
        (name, field) -> {
          if (field.dtype() == DType.FLOAT32 && isWithinLimit(name)) {
            sizes.put(name, bytes(name));
          }
        });
    Set<String> kept = new HashSet<>();
    double left = room;
    for (String name : sizes.keySet().stream().sorted(Comparator.comparing(sizes::get)).toList()) {
      left -= sizes.get(name);
      if (left >= 0) {
        kept.add(name);
      }
    }
    return kept;
  }

  /** Parts of an array over the limit can still be read; the whole can not. */
  private boolean isWithinLimit(String field) {
    return arrays.stream().allMatch(episode -> bytes(episode.get(field)) <= limitBytes);
  }

  private double bytes(String field) {
    return arrays.stream().mapToDouble(episode -> bytes(episode.get(field))).sum();
  }

  private static double bytes(Rows rows) {
    return (double) rows.count() * rows.rowElements() * Float.BYTES;
  }

  private static long room(DemonstrationConfig config) {
    return config.cacheBytes() > 0
        ? config.cacheBytes()
        : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }

  @Override
  public List<Episode> episodes() {
    return episodes;
  }

  @Override
  public Map<String, Field> fields() {
    return fields;
  }

  @Override
  public Size size() {
    Size all = Dataset.super.size();
    double keep = kept.stream().mapToDouble(this::bytes).sum();
    return new Size(all.numberBytes(), all.pictureBytes(), (long) keep);
  }

  @Override
  public String location() {
    return file.file().toString();
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public Map<String, String> attributes() {
    return Collections.unmodifiableMap(attributes);
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    Rows rows = rows(episode, field, from, count);
    Field found = fields.get(field);
    int[] dims = new int[found.shape().rank() + 1];
    dims[0] = count;
    System.arraycopy(found.shape().dims(), 0, dims, 1, dims.length - 1);
    int n = elements(rows.part(from, count));
    Array into =
        found.dtype() == DType.UINT8
            ? Array.wrap(ByteBuffer.wrap(new byte[n]), Shape.of(dims))
            : Array.wrap(FloatBuffer.wrap(new float[n]), Shape.of(dims));
    Problems.run(() -> read(field, rows, from, count, into, 0));
    return into;
  }

  @Override
  public void read(int episode, String field, int from, int count, Array into, int offset) {
    Rows rows = rows(episode, field, from, count);
    int n = elements(rows.part(from, count));
    if (into.dtype() != fields.get(field).dtype() || offset < 0 || offset > into.size() - n) {
      throw new IllegalArgumentException(
          "%d elements of %s do not fit into %s at element %d".formatted(n, field, into, offset));
    } else if (!into.buffer().hasArray()) {
      Dataset.super.read(episode, field, from, count, into, offset);
      return;
    }
    Problems.run(() -> read(field, rows, from, count, into, offset));
  }

  /** Where rows lie, if they are there. */
  private Rows rows(int episode, String field, int from, int count) {
    if (episode < 0 || episode >= episodes.size()) {
      throw new IllegalArgumentException(
          "no episode %d; there are %d, numbered from 0".formatted(episode, episodes.size()));
    } else if (!fields.containsKey(field)) {
      throw new IllegalArgumentException(
          "no array " + field + "; found " + listed(fields.keySet()));
    }
    Rows rows = arrays.get(episode).get(field);
    if (from < 0 || count < 0 || from > rows.count() - count) {
      throw new IllegalArgumentException(
          "rows %d to %d of %s of %s, which has %d rows"
              .formatted(from, from + count, field, episodes.get(episode).name(), rows.count()));
    }
    return rows;
  }

  /** Into an array that is backed by one of Java. */
  private void read(String field, Rows rows, int from, int count, Array into, int offset) {
    int at = into.buffer().arrayOffset() + offset;
    Rows part = rows.part(from, count);
    H5Slab slab = H5Slab.rows(part.from(), count);
    if (into.dtype() == DType.UINT8) {
      byte[] bytes = (byte[]) into.buffer().array();
      datasets.read(rows.path(), dataset -> dataset.read(slab, bytes, at));
    } else if (!kept.contains(field)) {
      float[] floats = (float[]) into.buffer().array();
      datasets.read(rows.path(), dataset -> dataset.read(slab, floats, at));
    } else {
      int width = (int) rows.rowElements();
      float[] all = cache.computeIfAbsent(rows, this::readFloats);
      System.arraycopy(all, from * width, into.buffer().array(), at, count * width);
    }
  }

  private float[] readFloats(Rows rows) {
    float[] values = new float[elements(rows)];
    H5Slab slab = H5Slab.rows(rows.from(), rows.count());
    datasets.read(rows.path(), dataset -> dataset.read(slab, values, 0));
    return values;
  }

  /** The limit is checked here as well, as the array is made before the file is asked. */
  private int elements(Rows rows) {
    long n = Math.multiplyExact(rows.count(), rows.rowElements());
    if (n > Integer.MAX_VALUE - Long.BYTES || n * rows.dtype().bytes() > limitBytes) {
      throw fault(
          Kind.LIMIT_EXCEEDED,
          rows.path(),
          n + " elements at once; the limit is " + limitBytes + " bytes, so read fewer rows");
    }
    return (int) n;
  }

  @Override
  public void close() {
    cache.clear();
    Problems.run(file::close);
  }
}
