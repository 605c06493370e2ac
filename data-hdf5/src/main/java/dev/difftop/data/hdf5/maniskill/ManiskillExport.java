package dev.difftop.data.hdf5.maniskill;

import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.EnvArgs;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.data.hdf5.robomimic.Conversion;
import dev.difftop.data.hdf5.robomimic.RobomimicOutput;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Writes the episodes of any format as ManiSkill 3 stores them: HDF5 and the JSON file beside. */
public final class ManiskillExport {
  private static final String OBS = "obs/";
  private static final String NEXT = "next_obs/";

  private final Format format;
  private final H5File file;
  private final Index index;
  private final TreeSet<String> changed = new TreeSet<>();
  private final TreeSet<String> dropped = new TreeSet<>();

  public ManiskillExport(Format format, H5File file, Index index) {
    this.format = format;
    this.file = file;
    this.index = index;
  }

  public Map<String, Object> export(Path out, boolean overwrite) {
    Conversion.requireEpisodes(file, index);
    Map<String, String> renamed = new LinkedHashMap<>();
    List<Object> listed = new ArrayList<>();
    Path json = ManiskillFormat.companion(out);
    try (OutputFile companion = OutputFile.create(json, overwrite);
        H5File output = H5File.createOrdered(OutputFile.create(out, overwrite))) {
      for (Demo demo : index.demos()) {
        String name = "traj_" + listed.size();
        try (H5Group group = output.createGroup(name)) {
          write(demo, group);
        }
        renamed.put(demo.name(), name);
        listed.add(episode(listed.size(), demo.length()));
      }
      write(companion, document(listed));
      output.commit();
      companion.publish();
    }
    index.filters().keySet().forEach(key -> dropped.add("mask/" + key));
    return Document.copied(format.name(), index, out, renamed, dropped, changed);
  }

  private static Map<String, Object> episode(long id, long length) {
    Map<String, Object> episode = new LinkedHashMap<>();
    episode.put("episode_id", id);
    episode.put("reset_kwargs", Map.of());
    episode.put("elapsed_steps", length);
    return episode;
  }

  private Map<String, Object> document(List<Object> episodes) {
    String args = Conversion.attributes(file, index).get("env_args");
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("env_id", EnvArgs.name(args).orElse(""));
    environment.put("env_kwargs", EnvArgs.settings(args));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("env_info", environment);
    document.put("episodes", episodes);
    return document;
  }

  private static void write(OutputFile companion, Map<String, Object> document) {
    try {
      Files.writeString(companion.draft(), Json.write(document));
    } catch (IOException e) {
      throw new H5Exception(
          Kind.WRITE_FAILED, companion.file(), "", "cannot be written: " + e.getMessage(), e);
    }
  }

  private void write(Demo demo, H5Group group) {
    Map<String, Rows> fields = format.fields(demo);
    if (!fields.containsKey("actions")) {
      throw file.fault(
          Kind.UNSUPPORTED,
          format.place(demo) + "/actions",
          "is a tree of arrays; expected one array of actions");
    }
    fields.forEach(
        (name, rows) -> {
          if (name.startsWith(OBS)) {
            observations(group, name, rows, fields.get(NEXT + name.substring(OBS.length())));
          } else if (name.equals("actions") || name.equals("rewards")) {
            long[] shape =
                name.equals("rewards") ? new long[] {rows.count()} : Conversion.actionShape(rows);
            copy(group, name, H5Type.FLOAT32, rows, shape);
          } else if (name.equals("dones")) {
            changed.add("dones is terminated");
            markers(group, "terminated", rows);
          } else if (!name.startsWith(NEXT)) {
            dropped.add(name);
          }
        });
  }

  private void copy(H5Group group, String name, H5Type type, Rows rows, long[] shape) {
    try (H5Dataset to = group.create(name, type, shape, RobomimicOutput.storage(type, shape))) {
      Conversion.copy(file, rows, to, 0);
    }
  }

  private void observations(H5Group group, String name, Rows rows, Rows next) {
    long[] shape = rows.shape();
    shape[0]++;
    H5Type type = Conversion.target(rows.type());
    try (H5Dataset to = group.create(name, type, shape, RobomimicOutput.storage(type, shape))) {
      Conversion.copy(file, rows, to, 0);
      if (next == null) {
        changed.add(name + " ends before the last action; its last row is repeated");
      }
      Rows after = next == null ? rows : next;
      Conversion.copy(file, after.part(after.count() - 1, 1), to, rows.count());
    }
  }

  private void markers(H5Group group, String name, Rows rows) {
    byte[] markers = new byte[Math.toIntExact(rows.count())];
    try (H5Dataset from = file.dataset(rows.path())) {
      float[] values = from.readFloats(H5Slab.rows(rows.from(), rows.count()));
      for (int t = 0; t < markers.length; t++) {
        markers[t] = (byte) (values[t] != 0 ? 1 : 0);
      }
    }
    long[] shape = {markers.length};
    H5Type type = H5Type.BOOLEAN;
    try (H5Dataset to = group.create(name, type, shape, RobomimicOutput.storage(type, shape))) {
      to.write(markers, H5Slab.all());
    }
  }
}
