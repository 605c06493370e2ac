package dev.difftop.data.hdf5.inspect;

import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Numbers;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5File;
import java.util.LinkedHashMap;
import java.util.Map;

/** Statistics of actions and observations over all episodes. Images: per channel, on [0, 1]. */
public final class StatisticsReport {
  private static final double WHITE = 255;

  private final Format format;

  public StatisticsReport(Format format) {
    this.format = format;
  }

  public Map<String, Object> document(H5File file, Index index) {
    Map<String, Statistics> all = new LinkedHashMap<>();
    for (Demo demo : index.demos()) {
      format
          .fields(demo)
          .forEach(
              (field, rows) -> {
                if (isCounted(field)) {
                  add(file, all, field, rows);
                }
              });
    }
    Map<String, Object> document = Document.ok(format.name(), index.variant());
    document.put("num_demos", index.demos().size());
    document.put("total_samples", index.totalSamples());
    if (all.containsKey("actions")) {
      document.put("action_stats", all.get("actions").actionDocument());
    }
    Map<String, Object> stats = new LinkedHashMap<>();
    all.forEach((field, s) -> stats.put(field, document(field, s)));
    document.put("stats", stats);
    document.put("warnings", FileWarnings.of(format, file, index));
    return document;
  }

  private static boolean isCounted(String field) {
    return field.startsWith("action") || field.startsWith("obs/") || field.equals("rewards");
  }

  private static Map<String, Object> document(String field, Statistics statistics) {
    if (field.startsWith("action")) {
      return statistics.actionDocument();
    }
    return field.startsWith("obs/") ? statistics.observationDocument() : statistics.document();
  }

  private static void add(H5File file, Map<String, Statistics> all, String field, Rows rows) {
    int features = features(rows);
    Statistics statistics = all.computeIfAbsent(field, f -> new Statistics(features));
    double factor = rows.isImage() ? 1 / WHITE : 1;
    Numbers.floats(file, rows, values -> statistics.add(values, factor));
  }

  /** The elements of a row, or the channels of an image. */
  private static int features(Rows rows) {
    if (rows.isImage()) {
      return rows.rowShape().length > 2 ? (int) rows.rowShape()[2] : 1;
    }
    return (int) rows.rowElements();
  }
}
