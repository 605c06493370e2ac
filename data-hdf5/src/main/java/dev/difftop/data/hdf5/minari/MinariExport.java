package dev.difftop.data.hdf5.minari;

import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.EnvArgs;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.data.hdf5.robomimic.Conversion;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Writes the episodes of any format as Minari stores them, and says what was changed. */
public final class MinariExport {
  private static final String OBS = "obs/";
  private static final String NEXT = "next_obs/";
  private static final String INFOS = "infos/";
  private static final List<String> TRUNCATIONS = List.of("truncations", "truncated", "timeouts");

  private final Format format;
  private final TreeSet<String> changed = new TreeSet<>();

  public MinariExport(Format format) {
    this.format = format;
  }

  public Map<String, Object> export(H5File file, Index index, Path out, boolean overwrite) {
    Conversion.requireEpisodes(file, index);
    Map<String, String> renamed = new LinkedHashMap<>();
    try (MinariOutput output = new MinariOutput(out, attributes(file, index), overwrite)) {
      for (Demo demo : index.demos()) {
        renamed.put(demo.name(), "episode_" + output.episodes());
        add(file, demo, output);
      }
      output.commit();
    }
    List<String> dropped = index.filters().keySet().stream().map(k -> "mask/" + k).toList();
    return Document.copied(format.name(), index, out, renamed, dropped, changed);
  }

  private static Map<String, String> attributes(H5File file, Index index) {
    Map<String, String> attributes = new LinkedHashMap<>(Conversion.attributes(file, index));
    Optional.ofNullable(index.attributes().get("env_spec"))
        .filter(EnvArgs::isSpec)
        .or(() -> EnvArgs.spec(attributes.get("env_args")))
        .ifPresent(spec -> attributes.put("env_spec", spec));
    return attributes;
  }

  private void add(H5File file, Demo demo, MinariOutput output) {
    Map<String, Rows> fields = format.fields(demo);
    if (!fields.containsKey(MinariOutput.ACTIONS)) {
      throw file.fault(
          Kind.UNSUPPORTED,
          format.place(demo) + "/actions",
          "is a tree of arrays; expected one array of actions");
    } else if (fields.keySet().stream().noneMatch(name -> name.startsWith(OBS))) {
      throw file.fault(Kind.MISSING_KEY, format.place(demo) + "/obs", "is not there");
    }
    double[] rewards = new double[demo.length()];
    if (fields.containsKey("rewards")) {
      read(file, fields.get("rewards"), rewards);
    } else {
      changed.add("rewards are not there; zeros are written");
    }
    output.episode(demo.length(), rewards, group -> write(file, demo, fields, group, output));
  }

  private void write(
      H5File file, Demo demo, Map<String, Rows> fields, H5Group group, MinariOutput output) {
    fields.forEach(
        (name, rows) -> {
          if (name.startsWith(OBS)) {
            String own = name.substring(OBS.length());
            observations(file, own, rows, fields.get(NEXT + own), group, output);
          } else if (name.equals(MinariOutput.ACTIONS)) {
            copy(file, rows, group, name, output);
          } else if (name.startsWith(INFOS)) {
            copy(file, rows, group, name, output);
          } else if (!isPlaced(name)) {
            changed.add(name + " is infos/" + name);
            copy(file, rows, group, INFOS + name, output);
          }
        });
    byte[] terminations = markers(file, fields.get("dones"), demo.length());
    byte[] truncations = new byte[demo.length()];
    for (String name : TRUNCATIONS) {
      truncations =
          fields.containsKey(name) ? markers(file, fields.get(name), demo.length()) : truncations;
    }
    int last = demo.length() - 1;
    if (terminations[last] == 0 && truncations[last] == 0) {
      changed.add("episodes without an end marker are truncated");
      truncations[last] = 1;
    }
    output.markers(group, "terminations", terminations);
    output.markers(group, "truncations", truncations);
  }

  private static boolean isPlaced(String name) {
    return name.startsWith(NEXT)
        || name.equals("rewards")
        || name.equals("dones")
        || TRUNCATIONS.contains(name);
  }

  private static byte[] markers(H5File file, Rows rows, int length) {
    byte[] markers = new byte[length];
    if (rows != null) {
      double[] values = new double[length];
      read(file, rows, values);
      for (int t = 0; t < length; t++) {
        markers[t] = (byte) (values[t] != 0 ? 1 : 0);
      }
    }
    return markers;
  }

  private static void read(H5File file, Rows rows, double[] into) {
    try (H5Dataset dataset = file.dataset(rows.path())) {
      double[] values = dataset.readDoubles(H5Slab.rows(rows.from(), rows.count()));
      System.arraycopy(values, 0, into, 0, into.length);
    }
  }

  private void observations(
      H5File file, String name, Rows rows, Rows next, H5Group group, MinariOutput output) {
    long[] shape = rows.shape();
    shape[0]++;
    String path = MinariOutput.OBSERVATIONS + name;
    try (H5Dataset to = output.create(group, path, Conversion.target(rows.type()), shape)) {
      Conversion.copy(file, rows, to, 0);
      if (next == null) {
        changed.add("obs/" + name + " ends before the last action; its last row is repeated");
      }
      Rows after = next == null ? rows : next;
      Conversion.copy(file, after.part(after.count() - 1, 1), to, rows.count());
    }
  }

  private static void copy(
      H5File file, Rows rows, H5Group group, String name, MinariOutput output) {
    H5Type type = Conversion.target(rows.type());
    long[] shape = rows.shape();
    if (name.equals(MinariOutput.ACTIONS) && shape.length == 1) {
      shape = new long[] {shape[0], 1};
    }
    try (H5Dataset to = output.create(group, name, type, shape)) {
      Conversion.copy(file, rows, to, 0);
    }
  }
}
