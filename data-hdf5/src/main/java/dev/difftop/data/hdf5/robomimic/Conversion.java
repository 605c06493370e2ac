package dev.difftop.data.hdf5.robomimic;

import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Document;
import dev.difftop.data.hdf5.file.EnvArgs;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Masks;
import dev.difftop.data.hdf5.file.Numbers;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes the episodes of any format in robomimic layout, and says what was left out. */
public final class Conversion {
  private static final String ENV_ARGS = "env_args";

  private final Format format;

  public Conversion(Format format) {
    this.format = format;
  }

  public Map<String, Object> convert(H5File file, Index index, Path out, boolean overwrite) {
    requireEpisodes(file, index);
    Map<String, String> renamed = new LinkedHashMap<>();
    try (RobomimicOutput output = new RobomimicOutput(out, attributes(file, index), overwrite)) {
      for (Demo demo : index.demos()) {
        renamed.put(demo.name(), convert(file, demo, output));
      }
      index
          .filters()
          .forEach(
              (key, names) -> {
                Masks.check(file.file(), key, names, index.names());
                output.filter(key, names.stream().map(renamed::get).toList());
              });
      output.commit();
    }
    return Document.copied(format.name(), index, out, renamed, dropped(index), changed(index));
  }

  /**
   * A copy has something to copy.
   *
   * @throws dev.difftop.hdf5.value.H5Exception {@code MISSING_KEY}
   */
  public static void requireEpisodes(H5File file, Index index) {
    if (index.demos().isEmpty()) {
      throw file.fault(Kind.MISSING_KEY, "data", "holds no episodes, so there is nothing to copy");
    }
  }

  /** What {@code /data} says of the environment: what the file states, or else only a name. */
  public static Map<String, String> attributes(H5File file, Index index) {
    if (!index.envArgs().isEmpty()) {
      return Map.of(ENV_ARGS, index.envArgs());
    }
    String name = file.file().getFileName().toString().replaceAll("\\.[^.]*$", "");
    return Map.of(ENV_ARGS, EnvArgs.gym(name, Map.of()));
  }

  /** Adds one episode; returns its new name. */
  public String convert(H5File file, Demo demo, RobomimicOutput output) {
    if (!format.fields(demo).containsKey("actions")) {
      throw file.fault(
          Kind.UNSUPPORTED,
          format.place(demo) + "/actions",
          "is a tree of arrays; robomimic's layout has one array of actions");
    }
    Map<String, String> placed = placed(file, demo);
    return output.episode(
        demo.length(),
        group ->
            format
                .fields(demo)
                .forEach((field, rows) -> write(file, rows, group, placed.get(field))));
  }

  /**
   * Where fields go: robomimic's own tools know no observations in observations.
   *
   * @throws dev.difftop.hdf5.value.H5Exception {@code UNSUPPORTED} if two would have the same name
   */
  private Map<String, String> placed(H5File file, Demo demo) {
    Map<String, String> placed = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (String field : format.fields(demo).keySet()) {
      String name = placed(field);
      if (!taken.add(name)) {
        throw file.fault(
            Kind.UNSUPPORTED,
            format.place(demo) + "/" + field,
            "would be " + name + ", as another observation is; rename one of them");
      }
      placed.put(field, name);
    }
    return placed;
  }

  private static String placed(String field) {
    int slash = field.indexOf('/') + 1;
    boolean observation = field.startsWith("obs/") || field.startsWith("next_obs/");
    return observation
        ? field.substring(0, slash) + field.substring(slash).replace('/', '_')
        : field;
  }

  private static void write(H5File file, Rows rows, H5Group group, String field) {
    H5Type type = field.equals("dones") ? H5Type.INT64 : target(rows.type());
    long[] shape = shape(field, rows);
    try (H5Dataset to = group.create(field, type, shape, RobomimicOutput.storage(type, shape))) {
      copy(file, rows, to, 0);
    }
  }

  /** Rewards and end markers are (T,), actions (T, A) even of one number. */
  private static long[] shape(String field, Rows rows) {
    if (field.equals("rewards") || field.equals("dones")) {
      return new long[] {rows.count()};
    }
    return field.equals("actions") ? actionShape(rows) : rows.shape();
  }

  /** Actions are (T, A), also those of one number. */
  public static long[] actionShape(Rows rows) {
    return rows.rank() == 1 ? new long[] {rows.count(), 1} : rows.shape();
  }

  /** The same type in a width and byte order that every reader knows. */
  public static H5Type target(H5Type type) {
    return switch (type.kind()) {
      case FLOAT -> type.bytes() <= Float.BYTES ? H5Type.FLOAT32 : H5Type.FLOAT64;
      case BOOLEAN -> H5Type.BOOLEAN;
      default -> H5Type.integer(type.bytes(), type.signed());
    };
  }

  /** Copies rows to an array, from its row {@code first} on. */
  public static void copy(H5File file, Rows rows, H5Dataset to, long first) {
    boolean bytes = to.type().bytes() == 1;
    try (H5Dataset from = file.dataset(rows.path())) {
      long step = Numbers.rowsAtOnce(rows);
      for (long row = 0; row < rows.count(); row += step) {
        long count = Math.min(step, rows.count() - row);
        H5Slab source = H5Slab.rows(rows.from() + row, count);
        H5Slab target = H5Slab.rows(first + row, count);
        if (rows.type().kind() == H5Type.Kind.FLOAT) {
          to.write(from.readDoubles(source), target);
        } else if ((bytes && !rows.type().signed()) || to.type().equals(H5Type.BOOLEAN)) {
          to.write(from.readBytes(source), target);
        } else {
          to.write(from.readLongs(source), target);
        }
      }
    }
  }

  /** Arrays of the file that have no place in the layout. */
  private List<String> dropped(Index index) {
    Set<String> all = new TreeSet<>(index.flat().keySet());
    Set<String> kept = new HashSet<>();
    for (Demo demo : index.demos()) {
      Set<String> used = new HashSet<>();
      format.fields(demo).values().forEach(rows -> used.add(rows.path()));
      demo.arrays()
          .forEach(
              (name, rows) -> {
                all.add(name);
                if (used.contains(rows.path())) {
                  kept.add(name);
                }
              });
    }
    all.removeAll(kept);
    return new ArrayList<>(all);
  }

  /** Arrays whose name or number of rows is another now. */
  private List<String> changed(Index index) {
    Set<String> changes = new TreeSet<>();
    for (Demo demo : index.demos()) {
      Map<String, Map.Entry<String, Rows>> byPath = new LinkedHashMap<>();
      demo.arrays().entrySet().forEach(e -> byPath.put(e.getValue().path(), e));
      format
          .fields(demo)
          .forEach(
              (field, rows) -> {
                Map.Entry<String, Rows> source = byPath.get(rows.path());
                if (source != null) {
                  note(changes, field, rows, source);
                }
              });
    }
    return new ArrayList<>(changes);
  }

  private static void note(
      Set<String> changes, String field, Rows rows, Map.Entry<String, Rows> source) {
    Rows all = source.getValue();
    if (rows.count() != all.count()) {
      String which = rows.from() == all.from() ? "without its last row" : "without its first row";
      changes.add(source.getKey() + " is " + placed(field) + ", " + which);
    } else if (!placed(field).equals(source.getKey())) {
      changes.add(source.getKey() + " is " + placed(field));
    }
  }
}
