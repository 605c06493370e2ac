package dev.difftop.app.cli.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.dataset.CheckedDataset;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetWarnings;
import dev.difftop.api.dataset.FieldStatistics;
import dev.difftop.api.dataset.Windows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Inspector of any dataset plugin, through the interface {@link Dataset} alone: what a plugin gets
 * that brings no inspector of its own. Fields are listed by name, so that the same file gives the
 * same document.
 */
final class PluginInspector implements DatasetInspector {
  private static final int WIDEST_ROW = 256;
  private static final double TARGET = 0.999999;
  private static final double LEAST_RANGE = 1e-4;
  private static final double LEAST_DEVIATION = 1e-6;
  private static final String ACTIONS = "actions";

  /** Those whose plugins have a writer. */
  private static final List<String> LAYOUTS = List.of("robomimic", "minari");

  private final String format;
  private final Function<Path, Dataset> opener;
  private final DatasetCopy copy;

  /**
   * Of a plugin.
   *
   * @param opener makes its dataset of a file
   * @param copy writes in other layouts
   */
  PluginInspector(String format, Function<Path, Dataset> opener, DatasetCopy copy) {
    this.format = format;
    this.opener = opener;
    this.copy = copy;
  }

  @Override
  public String format() {
    return format;
  }

  /** A plugin recognises what it can open. */
  @Override
  public boolean recognises(Path file) {
    try (Dataset dataset = opener.apply(file)) {
      return !dataset.episodes().isEmpty();
    } catch (RuntimeException e) {
      return false;
    }
  }

  private interface Look {
    void at(Dataset dataset, Map<String, Object> document);
  }

  private Map<String, Object> document(Path file, Look look) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("result", "ok");
    document.put("format", format);
    document.put("kind", null);
    document.put("message", null);
    try (CheckedDataset dataset = CheckedDataset.of(opener.apply(file)).allowingAnyNumber()) {
      look.at(dataset, document);
      return document;
    } catch (DataException e) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("result", "error");
      error.put("format", format);
      error.put("kind", e.kind());
      error.put("message", e.getMessage());
      error.put("where", e.where());
      return error;
    }
  }

  private static void addCounts(Dataset dataset, Map<String, Object> document) {
    document.put("num_demos", dataset.episodes().size());
    document.put("total_samples", samples(dataset));
  }

  private static long samples(Dataset dataset) {
    return dataset.episodes().stream().mapToLong(Dataset.Episode::length).sum();
  }

  private interface Describe {
    void add(int episode, String name, Dataset.Field field, Map<String, Object> entry);
  }

  private static void addContent(Dataset dataset, Map<String, Object> document, Describe describe) {
    addCounts(dataset, document);
    document.put("demo_order", dataset.episodes().stream().map(Dataset.Episode::name).toList());
    document.put("attributes", new TreeMap<>(dataset.attributes()));
    Map<String, Object> demos = new LinkedHashMap<>();
    for (int e = 0; e < dataset.episodes().size(); e++) {
      Dataset.Episode episode = dataset.episodes().get(e);
      Map<String, Object> arrays = new LinkedHashMap<>();
      for (Map.Entry<String, Dataset.Field> field : fields(dataset).entrySet()) {
        Map<String, Object> entry = array(field.getValue(), episode.length());
        describe.add(e, field.getKey(), field.getValue(), entry);
        arrays.put(field.getKey(), entry);
      }
      Map<String, Object> demo = new LinkedHashMap<>();
      demo.put("num_samples", episode.length());
      demo.put("datasets", arrays);
      demos.put(episode.name(), demo);
    }
    document.put("demos", demos);
    document.put("warnings", DatasetWarnings.of(dataset));
  }

  private static Map<String, Dataset.Field> fields(Dataset dataset) {
    return new TreeMap<>(dataset.fields());
  }

  private static Map<String, Object> array(Dataset.Field field, int rows) {
    List<Integer> shape = new ArrayList<>(List.of(rows));
    Arrays.stream(field.shape().dims()).forEach(shape::add);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("shape", shape);
    entry.put("dtype", field.dtype().name().toLowerCase(java.util.Locale.ROOT));
    return entry;
  }

  @Override
  public Map<String, Object> info(Path file) {
    return document(
        file,
        (dataset, document) ->
            addContent(
                dataset,
                document,
                (episode, name, field, entry) -> dataset.read(episode, name, 0, 1)));
  }

  @Override
  public Map<String, Object> check(Path file) {
    return document(
        file,
        (dataset, document) ->
            addContent(
                dataset,
                document,
                (episode, name, field, entry) -> addChecksum(dataset, episode, name, entry)));
  }

  private static void addChecksum(
      Dataset dataset, int episode, String name, Map<String, Object> entry) {
    Array rows = dataset.read(episode, name, 0, dataset.episodes().get(episode).length());
    double[] values = rows.toDoubles();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long notFinite = 0;
    for (double value : values) {
      bytes.putFloat((float) value);
      notFinite += Double.isFinite(value) ? 0 : 1;
    }
    entry.put("sum", Arrays.stream(values).sum());
    entry.put("sha256_f32le", digest(bytes.array()));
    if (notFinite > 0) {
      entry.put("not_finite", notFinite);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public Map<String, Object> windows(
      Path file, Windows.Rule rule, List<Map.Entry<String, Integer>> samples) {
    return document(
        file,
        (dataset, document) -> {
          document.put("frame_stack", rule.frameStack());
          document.put("seq_length", rule.length());
          document.put("pad_frame_stack", rule.padStart());
          document.put("pad_seq_length", rule.padEnd());
          document.put("num_sequences", Windows.over(dataset.episodes(), rule).count());
          Map<String, Object> demos = new LinkedHashMap<>();
          for (Dataset.Episode episode : dataset.episodes()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("num_samples", episode.length());
            entry.put("num_sequences", rule.count(episode.length()));
            demos.put(episode.name(), entry);
          }
          document.put("demos", demos);
          document.put(
              "windows",
              samples.stream().map(s -> window(dataset, rule, s.getKey(), s.getValue())).toList());
        });
  }

  private static Map<String, Object> window(
      Dataset dataset, Windows.Rule rule, String episode, int step) {
    Windows windows = Windows.over(dataset.episodes(), rule);
    Windows.Window window;
    try {
      window = windows.at(index(dataset, episode), step);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("demo", episode);
    entry.put("index_in_demo", step);
    entry.put("length", window.rows());
    entry.put("pad_begin", window.padBegin());
    entry.put("pad_end", window.padEnd());
    entry.put("first_row", window.from());
    entry.put("rows_read", window.count());
    return entry;
  }

  private static int index(Dataset dataset, String episode) {
    List<String> names = dataset.episodes().stream().map(Dataset.Episode::name).toList();
    int index = names.indexOf(episode);
    if (index < 0) {
      throw new DataException(
          "UNKNOWN_DEMO",
          dataset.location(),
          "there is no episode %s; the first ones are %s"
              .formatted(episode, String.join(", ", names.subList(0, Math.min(5, names.size())))),
          null);
    }
    return index;
  }

  @Override
  public Map<String, Object> stats(Path file) {
    return document(
        file,
        (dataset, document) -> {
          addCounts(dataset, document);
          Map<String, Object> stats = new LinkedHashMap<>();
          FieldStatistics.of(dataset, List.copyOf(fields(dataset).keySet()))
              .forEach((name, s) -> stats.put(name, statistics(s)));
          if (stats.containsKey(ACTIONS)) {
            document.put("action_stats", stats.get(ACTIONS));
          }
          document.put("stats", stats);
          document.put("warnings", DatasetWarnings.of(dataset));
        });
  }

  private static Map<String, Object> statistics(FieldStatistics statistics) {
    FieldStatistics.Affine range = statistics.minMax(TARGET, LEAST_RANGE);
    FieldStatistics.Affine gaussian = statistics.gaussian(LEAST_DEVIATION);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("rows", statistics.rows());
    entry.put("min", statistics.min());
    entry.put("max", statistics.max());
    entry.put("mean", statistics.mean());
    entry.put("std_population", statistics.deviation());
    entry.put("min_max_scale", range.scale());
    entry.put("min_max_offset", range.offset());
    entry.put("gaussian_scale", gaussian.scale());
    entry.put("gaussian_offset", gaussian.offset());
    return entry;
  }

  @Override
  public Map<String, Object> head(Path file, Optional<String> episode, int rows) {
    return document(
        file,
        (dataset, document) -> {
          int shown = episode.map(name -> index(dataset, name)).orElse(0);
          Dataset.Episode found = dataset.episodes().get(shown);
          int count = Math.max(0, Math.min(rows, found.length()));
          document.put("demo", found.name());
          document.put("num_samples", found.length());
          document.put("rows", count);
          Map<String, Object> arrays = new LinkedHashMap<>();
          fields(dataset)
              .forEach(
                  (name, field) -> {
                    Map<String, Object> entry = array(field, found.length());
                    if (field.shape().size() <= WIDEST_ROW && count > 0) {
                      entry.put("values", rows(dataset.read(shown, name, 0, count), count));
                    }
                    arrays.put(name, entry);
                  });
          document.put("arrays", arrays);
        });
  }

  private static List<Object> rows(Array all, int count) {
    int width = all.size() / count;
    boolean isByte = all.dtype() == DType.UINT8;
    List<Object> rows = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      List<Object> row = new ArrayList<>();
      for (int k = 0; k < width; k++) {
        double value = all.get(r * width + k);
        row.add(isByte ? (Object) (int) value : (Object) (float) value);
      }
      rows.add(row);
    }
    return rows;
  }

  @Override
  public Map<String, Object> split(Path file, double validShare, long seed) {
    throw new DataException(
        "UNSUPPORTED",
        file.toString(),
        "filters are written to files in robomimic layout; convert it first",
        null);
  }

  @Override
  public Map<String, Object> merge(List<Path> files, Path out, boolean overwrite) {
    return copied(files, out, "robomimic", overwrite);
  }

  @Override
  public Map<String, Object> convert(Path file, Path out, String layout, boolean overwrite) {
    return copied(List.of(file), out, layout, overwrite);
  }

  @Override
  public List<String> layouts() {
    return LAYOUTS;
  }

  private Map<String, Object> copied(List<Path> files, Path out, String layout, boolean overwrite) {
    return document(
        files.get(0),
        (first, document) -> copy.write(layout, first, files, opener, out, overwrite, document));
  }
}
