package dev.difftop.data.hdf5.inspect;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.Windows;
import dev.difftop.data.hdf5.d4rl.D4rlExport;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Masks;
import dev.difftop.data.hdf5.file.Numbers;
import dev.difftop.data.hdf5.file.Problems;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.data.hdf5.maniskill.ManiskillExport;
import dev.difftop.data.hdf5.minari.MinariExport;
import dev.difftop.data.hdf5.robomimic.Conversion;
import dev.difftop.data.hdf5.robomimic.Merging;
import dev.difftop.data.hdf5.robomimic.Splitting;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Access;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks into files of one format. */
public final class FileInspector implements DatasetInspector {
  private static final String SUM = "sum";
  private static final List<String> LAYOUTS = List.of("robomimic", "minari", "d4rl", "maniskill");

  private final Format format;
  private final H5Access access;
  private final int maxEpisodeSteps;

  public FileInspector(Format format) {
    this(format, H5Access.careful(), 0);
  }

  public FileInspector(Format format, H5Access access, int maxEpisodeSteps) {
    this.format = format;
    this.access = access;
    this.maxEpisodeSteps = maxEpisodeSteps;
  }

  @Override
  public DatasetInspector trusting(Trust trust) {
    H5Access trusted =
        access
            .withMaxBytes(trust.bytes())
            .withExternal(
                trust.external() ? H5Access.External.SAME_FOLDER : H5Access.External.REFUSE);
    return new FileInspector(format, trusted, maxEpisodeSteps);
  }

  @Override
  public DatasetInspector cutting(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "max-episode-steps: found " + steps + ", expected 1 or more");
    }
    return format.isFlat()
        ? new FileInspector(format, access, steps)
        : DatasetInspector.super.cutting(steps);
  }

  private Format.Look atParts() {
    return new Format.Look(access, false, maxEpisodeSteps);
  }

  private Format.Look atEverything() {
    return new Format.Look(access, true, maxEpisodeSteps);
  }

  @Override
  public String format() {
    return format.name();
  }

  @Override
  public boolean recognises(Path file) {
    return Problems.guarded(
        () -> {
          if (format.claims(file)) {
            return true;
          }
          try (H5File opened = H5File.open(format.locate(file), access)) {
            return format.recognises(opened);
          }
        });
  }

  private interface Look {
    Map<String, Object> at(H5File file, Index index);
  }

  /** Opens, indexes and looks; a fault becomes a document. */
  private Map<String, Object> document(Path path, Format.Look how, Look look) {
    try {
      return Problems.guarded(
          () -> {
            try (H5File file = H5File.open(format.locate(path), how.access())) {
              return look.at(file, format.index(file, how));
            }
          });
    } catch (DataException e) {
      return Document.error(format(), e);
    }
  }

  @Override
  public Map<String, Object> info(Path path) {
    return document(
        path,
        atParts(),
        (file, index) ->
            summary(index, FileWarnings.of(format, file, index), rows -> Document.array(rows)));
  }

  @Override
  public Map<String, Object> check(Path path) {
    return document(path, atEverything(), this::checked);
  }

  private Map<String, Object> checked(H5File file, Index index) {
    index.filters().forEach((key, names) -> Masks.check(file.file(), key, names, index.names()));
    List<String> warnings = new ArrayList<>(FileWarnings.of(format, file, index));
    return summary(
        index,
        warnings,
        rows -> {
          Map<String, Object> array = Document.array(rows);
          if (rows.type().isNumeric()) {
            addChecksum(file, rows, array, warnings);
          }
          return array;
        });
  }

  private static void addChecksum(
      H5File file, Rows rows, Map<String, Object> array, List<String> warnings) {
    boolean small = Numbers.isSmallInteger(rows.type());
    Checksum checksum = new Checksum(small ? rows.type().bytes() : 0);
    if (small) {
      Numbers.longs(file, rows, checksum::add);
    } else {
      Numbers.floats(file, rows, checksum::add);
    }
    array.put(SUM, checksum.sum());
    array.put("sha256_f32le", checksum.floatDigest());
    if (small) {
      array.put("sha256_raw", checksum.storedDigest());
    }
    if (checksum.notFinite() > 0) {
      array.put("not_finite", checksum.notFinite());
      warnings.add(
          "%s has %d numbers that are not finite".formatted(rows.path(), checksum.notFinite()));
    }
  }

  private interface Describe {
    Map<String, Object> array(Rows rows);
  }

  private Map<String, Object> summary(Index index, List<String> warnings, Describe describe) {
    Map<String, Object> document = Document.ok(format(), index.variant());
    document.put("num_demos", index.demos().size());
    document.put("demo_order", index.names());
    document.put("total_samples", index.totalSamples());
    document.put("decoded_bytes", decodedBytes(index));
    document.put("attributes", index.attributes());
    document.put("masks", index.filters());
    document.putAll(index.facts());
    if (!index.flat().isEmpty()) {
      document.put("datasets", arrays(index.flat(), describe));
    }
    Map<String, Object> demos = new LinkedHashMap<>();
    for (Demo demo : index.demos()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("num_samples", demo.length());
      entry.put("datasets", arrays(demo.arrays(), describe));
      demos.put(demo.name(), entry);
    }
    document.put("demos", demos);
    document.put("warnings", warnings);
    return document;
  }

  /** What all of it would take in memory: numbers as float32, images as they are. */
  private Map<String, Object> decodedBytes(Index index) {
    double numbers = 0;
    double pictures = 0;
    for (Demo demo : index.demos()) {
      for (Rows rows : format.fields(demo).values()) {
        double elements = (double) rows.count() * rows.rowElements();
        numbers += rows.isImage() ? 0 : elements * Float.BYTES;
        pictures += rows.isImage() ? elements : 0;
      }
    }
    Map<String, Object> bytes = new LinkedHashMap<>();
    bytes.put("numbers", (long) numbers);
    bytes.put("pictures", (long) pictures);
    return bytes;
  }

  private static Map<String, Object> arrays(Map<String, Rows> arrays, Describe describe) {
    Map<String, Object> entries = new LinkedHashMap<>();
    arrays.forEach((path, rows) -> entries.put(path, describe.array(rows)));
    return entries;
  }

  @Override
  public Map<String, Object> windows(
      Path path, Windows.Rule rule, List<Map.Entry<String, Integer>> samples) {
    return document(
        path,
        atParts(),
        (file, index) -> new WindowReport(format, rule).document(file, index, samples));
  }

  @Override
  public Map<String, Object> stats(Path path) {
    return document(
        path, atEverything(), (file, index) -> new StatisticsReport(format).document(file, index));
  }

  @Override
  public Map<String, Object> head(Path path, Optional<String> episode, int rows) {
    return document(
        path,
        atParts(),
        (file, index) -> new HeadReport(format).document(file, index, episode, rows));
  }

  @Override
  public Map<String, Object> split(Path path, double validShare, long seed) {
    try {
      // Taken before it is read: the filters are those of the episodes that were there.
      OutputFile output = Problems.guarded(() -> OutputFile.update(format.locate(path)));
      try (output) {
        return document(
            path,
            atParts(),
            (file, index) -> Splitting.split(format, output, index, validShare, seed));
      }
    } catch (DataException e) {
      return Document.error(format(), e);
    }
  }

  @Override
  public Map<String, Object> merge(List<Path> files, Path out, boolean overwrite) {
    try {
      return Problems.guarded(
          () -> new Merging(format, atParts(), atEverything()).merge(files, out, overwrite));
    } catch (DataException e) {
      return Document.error(format(), e);
    }
  }

  @Override
  public Map<String, Object> convert(Path path, Path out, String layout, boolean overwrite) {
    return document(
        path,
        atEverything(),
        (file, index) -> {
          Map<String, Object> document = copied(file, index, out, layout, overwrite);
          document.put("warnings", FileWarnings.of(format, file, index));
          return document;
        });
  }

  private Map<String, Object> copied(
      H5File file, Index index, Path out, String layout, boolean overwrite) {
    return switch (layout) {
      case "robomimic" -> new Conversion(format).convert(file, index, out, overwrite);
      case "minari" -> new MinariExport(format).export(file, index, out, overwrite);
      case "d4rl" -> new D4rlExport(format, file, index).export(out, overwrite);
      case "maniskill" -> new ManiskillExport(format, file, index).export(out, overwrite);
      default ->
          throw new IllegalArgumentException(
              "layout: found %s, expected one of %s".formatted(layout, LAYOUTS));
    };
  }

  @Override
  public List<String> layouts() {
    return LAYOUTS;
  }
}
