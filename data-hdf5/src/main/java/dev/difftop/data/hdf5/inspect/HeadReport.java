package dev.difftop.data.hdf5.inspect;

import dev.difftop.api.DataException;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Numbers;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The first rows of an episode. Rows with many elements, such as images, are only described. */
public final class HeadReport {
  private static final int WIDEST = 256;

  private final Format format;

  public HeadReport(Format format) {
    this.format = format;
  }

  public Map<String, Object> document(
      H5File file, Index index, Optional<String> episode, int rows) {
    if (index.demos().isEmpty()) {
      throw new DataException(
          Kind.MISSING_KEY.name(), file.file() + ":data", "holds no episodes", null);
    }
    String name = episode.orElse(index.names().get(0));
    Demo demo =
        index.demos().stream()
            .filter(d -> d.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new DataException(
                        Kind.UNKNOWN_DEMO.name(),
                        file.file().toString(),
                        "there is no episode " + name,
                        null));
    int count = Math.min(rows, demo.length());
    Map<String, Object> document = Document.ok(format.name(), index.variant());
    document.put("demo", name);
    document.put("num_samples", demo.length());
    document.put("rows", count);
    Map<String, Object> arrays = new LinkedHashMap<>();
    format
        .fields(demo)
        .forEach((field, all) -> arrays.put(field, array(file, all, Math.max(0, count))));
    document.put("arrays", arrays);
    return document;
  }

  private static Map<String, Object> array(H5File file, Rows all, int count) {
    Map<String, Object> entry = new LinkedHashMap<>(Document.array(all));
    int width = (int) Math.min(Integer.MAX_VALUE, all.rowElements());
    if (width <= WIDEST && count > 0) {
      List<Object> values = new ArrayList<>();
      Numbers.floats(file, all.part(0, count), block -> addRows(values, block, width));
      entry.put("values", values);
    }
    return entry;
  }

  private static void addRows(List<Object> values, float[] block, int width) {
    for (int i = 0; i + width <= block.length && width > 0; i += width) {
      List<Float> row = new ArrayList<>();
      for (int k = 0; k < width; k++) {
        row.add(block[i + k]);
      }
      values.add(row);
    }
  }
}
