package dev.difftop.data.hdf5.inspect;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.Windows;
import dev.difftop.api.dataset.Windows.Window;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Numbers;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many windows a file has, which rows they are, and what is in some of them. */
public final class WindowReport {
  private final Format format;
  private final Windows.Rule rule;

  public WindowReport(Format format, Windows.Rule rule) {
    this.format = format;
    this.rule = rule;
  }

  public Map<String, Object> document(
      H5File file, Index index, List<Map.Entry<String, Integer>> samples) {
    List<Dataset.Episode> episodes =
        index.demos().stream().map(d -> new Dataset.Episode(d.name(), d.length())).toList();
    Windows windows = Windows.over(episodes, rule);
    Map<String, Object> document = Document.ok(format.name(), index.variant());
    addRule(document);
    document.put("num_sequences", windows.count());
    document.put("demos", perEpisode(index, windows));
    List<Object> shown = new ArrayList<>();
    for (Map.Entry<String, Integer> sample : samples) {
      shown.add(sample(file, index, windows, sample.getKey(), sample.getValue()));
    }
    document.put("windows", shown);
    return document;
  }

  private void addRule(Map<String, Object> document) {
    document.put("frame_stack", rule.frameStack());
    document.put("seq_length", rule.length());
    document.put("pad_frame_stack", rule.padStart());
    document.put("pad_seq_length", rule.padEnd());
  }

  private Map<String, Object> perEpisode(Index index, Windows windows) {
    Map<String, Object> entries = new LinkedHashMap<>();
    long first = 0;
    for (Demo demo : index.demos()) {
      int count = rule.count(demo.length());
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("num_samples", demo.length());
      entry.put("num_sequences", count);
      if (count > 0) {
        entry.put("first_sequence", first);
        entry.put("first_window", arithmetic(demo, windows.get(first)));
        entry.put("last_window", arithmetic(demo, windows.get(first + count - 1)));
      }
      entries.put(demo.name(), entry);
      first += count;
    }
    return entries;
  }

  private Map<String, Object> arithmetic(Demo demo, Window window) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("demo", demo.name());
    entry.put("index_in_demo", window.step());
    addRule(entry);
    entry.put("length", window.rows());
    entry.put("pad_begin", window.padBegin());
    entry.put("pad_end", window.padEnd());
    entry.put("first_row", window.from());
    entry.put("rows_read", window.count());
    return entry;
  }

  private Map<String, Object> sample(
      H5File file, Index index, Windows windows, String name, int step) {
    int episode = index.names().indexOf(name);
    if (episode < 0) {
      throw new DataException(
          Kind.UNKNOWN_DEMO.name(),
          file.file().toString(),
          "there is no episode "
              + name
              + "; the first ones are "
              + String.join(", ", index.names().subList(0, Math.min(5, index.names().size()))),
          null);
    }
    Window window = window(windows, episode, step);
    Demo demo = index.demos().get(episode);
    Map<String, Object> entry = arithmetic(demo, window);
    Map<String, Object> arrays = new LinkedHashMap<>();
    format.fields(demo).forEach((field, rows) -> arrays.put(field, content(file, rows, window)));
    entry.put("datasets", arrays);
    return entry;
  }

  private static Window window(Windows windows, int episode, int step) {
    try {
      return windows.at(episode, step);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Map<String, Object> content(H5File file, Rows rows, Window window) {
    boolean small = Numbers.isSmallInteger(rows.type());
    Checksum checksum = new Checksum(small ? rows.type().bytes() : 0);
    Rows first = rows.part(window.from(), 1);
    Rows last = rows.part(window.from() + window.count() - 1L, 1);
    add(file, first, window.padBegin(), checksum, small);
    add(file, rows.part(window.from(), window.count()), 1, checksum, small);
    add(file, last, window.padEnd(), checksum, small);
    long[] shape = rows.shape();
    shape[0] = window.rows();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("shape", Arrays.stream(shape).boxed().toList());
    entry.put("sum", checksum.sum());
    entry.put("sha256_f32le", checksum.floatDigest());
    if (small) {
      entry.put("sha256_raw", checksum.storedDigest());
    }
    return entry;
  }

  private static void add(H5File file, Rows rows, int times, Checksum checksum, boolean small) {
    for (int i = 0; i < times; i++) {
      if (small) {
        Numbers.longs(file, rows, checksum::add);
      } else {
        Numbers.floats(file, rows, checksum::add);
      }
    }
  }
}
