package dev.difftop.data.hdf5.d4rl;

import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.data.hdf5.robomimic.Conversion;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Storage;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes the episodes of any format as D4RL stores them, one after the other: vectors of
 * observations side by side, {@code timeouts} where an episode ends that is not terminal.
 */
public final class D4rlExport {
  private static final String OBS = "obs/";

  private final Format format;
  private final H5File file;
  private final Index index;
  private final TreeSet<String> changed = new TreeSet<>();
  private final TreeSet<String> dropped = new TreeSet<>();

  public D4rlExport(Format format, H5File file, Index index) {
    this.format = format;
    this.file = file;
    this.index = index;
  }

  public Map<String, Object> export(Path out, boolean overwrite) {
    Conversion.requireEpisodes(file, index);
    List<String> observations = observations();
    Map<String, String> renamed = new LinkedHashMap<>();
    index.demos().forEach(demo -> renamed.put(demo.name(), "episode_" + renamed.size()));
    try (H5File output = H5File.create(OutputFile.create(out, overwrite))) {
      write(output, "observations", observations);
      write(output, "actions", List.of("actions"));
      writeMarkers(output);
      output.commit();
    }
    index.filters().keySet().forEach(key -> dropped.add("mask/" + key));
    return Document.copied(format.name(), index, out, renamed, dropped, changed);
  }

  /** The vectors of numbers, in order; images have no place. */
  private List<String> observations() {
    List<String> names = new ArrayList<>();
    Map<String, Rows> fields = format.fields(index.demos().get(0));
    int column = 0;
    for (Map.Entry<String, Rows> field : fields.entrySet()) {
      Rows rows = field.getValue();
      if (field.getKey().startsWith(OBS) && rows.rank() <= 2) {
        names.add(field.getKey());
        int end = column + (int) rows.rowElements();
        changed.add(
            "%s is columns %d to %d of observations".formatted(field.getKey(), column, end - 1));
        column = end;
      } else if (!List.of("actions", "rewards", "dones").contains(field.getKey())) {
        dropped.add(field.getKey());
      }
    }
    if (names.isEmpty() || !fields.containsKey("actions")) {
      throw file.fault(
          Kind.UNSUPPORTED,
          format.place(index.demos().get(0)),
          "has no vectors of observations and actions; found " + fields.keySet());
    }
    return names;
  }

  private void write(H5File output, String name, List<String> parts) {
    Map<String, Rows> first = format.fields(index.demos().get(0));
    int width = parts.stream().mapToInt(p -> (int) first.get(p).rowElements()).sum();
    long[] shape = {index.totalSamples(), width};
    try (H5Dataset to = output.create(name, H5Type.FLOAT32, shape, H5Storage.contiguous())) {
      long row = 0;
      for (Demo demo : index.demos()) {
        float[] rows = new float[Math.multiplyExact(demo.length(), width)];
        int column = 0;
        for (String part : parts) {
          column = interleave(format.fields(demo).get(part), rows, width, column);
        }
        to.write(rows, H5Slab.rows(row, demo.length()));
        row += demo.length();
      }
    }
  }

  private int interleave(Rows part, float[] into, int width, int column) {
    int own = (int) part.rowElements();
    float[] values = values(part);
    for (int i = 0; i < values.length; i++) {
      into[i / own * width + column + i % own] = values[i];
    }
    return column + own;
  }

  private float[] values(Rows rows) {
    try (H5Dataset dataset = file.dataset(rows.path())) {
      return dataset.readFloats(H5Slab.rows(rows.from(), rows.count()));
    }
  }

  private void writeMarkers(H5File output) {
    int n = Math.toIntExact(index.totalSamples());
    float[] rewards = new float[n];
    byte[] terminals = new byte[n];
    byte[] timeouts = new byte[n];
    int row = 0;
    for (Demo demo : index.demos()) {
      Map<String, Rows> fields = format.fields(demo);
      if (fields.containsKey("rewards")) {
        System.arraycopy(values(fields.get("rewards")), 0, rewards, row, demo.length());
      } else {
        changed.add("rewards are not there; zeros are written");
      }
      boolean ended = fields.containsKey("dones") && isTerminal(fields.get("dones"));
      terminals[row + demo.length() - 1] = (byte) (ended ? 1 : 0);
      timeouts[row + demo.length() - 1] = (byte) (ended ? 0 : 1);
      row += demo.length();
    }
    output.write("rewards", rewards, n);
    marker(output, "terminals", terminals);
    marker(output, "timeouts", timeouts);
  }

  /** Only the last row may end an episode of a flat file. */
  private boolean isTerminal(Rows dones) {
    float[] values = values(dones);
    for (int t = 0; t + 1 < values.length; t++) {
      if (values[t] != 0) {
        changed.add("dones before the last row of an episode are not written");
      }
    }
    return values[values.length - 1] != 0;
  }

  private static void marker(H5File output, String name, byte[] values) {
    long[] shape = {values.length};
    try (H5Dataset to = output.create(name, H5Type.BOOLEAN, shape, H5Storage.contiguous())) {
      to.write(values, H5Slab.all());
    }
  }
}
