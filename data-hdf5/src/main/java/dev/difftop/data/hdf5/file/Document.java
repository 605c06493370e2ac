package dev.difftop.data.hdf5.file;

import dev.difftop.api.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pieces of the documents that an inspector answers with. */
public final class Document {
  private Document() {}

  /** The start of a document of a sound file. */
  public static Map<String, Object> ok(String format, String variant) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("result", "ok");
    document.put("format", format);
    document.put("kind", null);
    document.put("message", null);
    if (!variant.isEmpty()) {
      document.put("variant", variant);
    }
    return document;
  }

  /**
   * The document of a copy in another layout.
   *
   * @param renamed new names of episodes by old ones
   * @param dropped what is not in the copy
   * @param changed what is otherwise in the copy
   */
  public static Map<String, Object> copied(
      String format,
      Index index,
      Path out,
      Map<String, String> renamed,
      Collection<String> dropped,
      Collection<String> changed) {
    Map<String, Object> document = ok(format, index.variant());
    document.put("out", out.toString());
    document.put("num_demos", renamed.size());
    document.put("total_samples", index.totalSamples());
    document.put("demos", renamed);
    document.put("dropped", List.copyOf(dropped));
    document.put("changed", List.copyOf(changed));
    return document;
  }

  /** The document of a file with a fault. */
  public static Map<String, Object> error(String format, DataException fault) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("result", "error");
    document.put("format", format);
    document.put("kind", fault.kind());
    document.put("message", fault.getMessage());
    document.put("where", fault.where());
    return document;
  }

  /** Shape, type and storage of an array. */
  public static Map<String, Object> array(Rows rows) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("shape", list(rows.shape()));
    document.put("dtype", rows.type().label());
    document.put("stored", rows.type().code());
    document.put("layout", rows.storage().layout().name().toLowerCase(java.util.Locale.ROOT));
    if (rows.storage().chunk().length > 0) {
      document.put("chunk", list(rows.storage().chunk()));
    }
    if (!rows.storage().filters().isEmpty()) {
      document.put("filters", rows.storage().filters().stream().map(f -> f.name()).toList());
    }
    return document;
  }

  public static List<Long> list(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  public static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
