package dev.difftop.data.hdf5.robomimic;

import dev.difftop.data.hdf5.file.Agreement;
import dev.difftop.data.hdf5.file.Checks;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.file.Masks;
import dev.difftop.data.hdf5.file.NaturalOrder;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5Attribute;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * robomimic: {@code /data/demo_k} with {@code actions}, {@code obs/NAME} and more, filters under
 * {@code /mask}. Two relatives are read as well: what the robosuite recorder leaves (no lengths, no
 * observations) and Isaac Lab's files (nested observations).
 */
public final class RobomimicFormat implements Format {
  private static final String DATA = "data";
  private static final String MASK = "mask";
  private static final String LENGTH = "num_samples";
  private static final String ENV_ARGS = "env_args";

  /** Arrays that have one row per action, by first part of their path. */
  private static final Set<String> PER_STEP =
      Set.of(
          "actions", "actions_abs", "rewards", "dones", "obs", "next_obs", "action_dict", "states");

  @Override
  public String name() {
    return "robomimic";
  }

  @Override
  public boolean recognises(H5File file) {
    return file.names().contains(DATA);
  }

  @Override
  public Index index(H5File file, Look look) {
    try (H5Group data = file.group(DATA)) {
      Map<String, String> attributes = attributes(data);
      String variant = isRecording(data) ? "robosuite-recording" : "";
      List<Demo> demos = new ArrayList<>();
      for (String name : demoNames(data)) {
        try (H5Group group = data.group(name)) {
          demos.add(demo(name, group, look, variant.isEmpty()));
        }
      }
      Agreement.check(file, demos, this::place);
      List<String> warnings = new ArrayList<>();
      compareTotal(data, demos, warnings);
      if (demos.isEmpty()) {
        warnings.add("the file holds no episodes (demo_0, demo_1, …)");
      }
      Map<String, List<String>> filters = filters(file);
      warnings.addAll(Masks.overlaps(filters));
      return new Index(
          variant.isEmpty() && isNested(demos) ? "isaac-lab" : variant,
          attributes,
          attributes.getOrDefault(ENV_ARGS, ""),
          demos,
          filters,
          Map.of(),
          Map.of(),
          warnings);
    }
  }

  @Override
  public String place(Demo demo) {
    return DATA + "/" + demo.name();
  }

  private static Map<String, String> attributes(H5Group data) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : data.attributeNames()) {
      data.attribute(name).ifPresent(value -> attributes.put(name, value.toString()));
    }
    data.attribute(ENV_ARGS).ifPresent(RobomimicFormat::checkJson);
    return attributes;
  }

  private static void checkJson(H5Attribute envArgs) {
    try {
      if (!(Json.read(envArgs.asText()) instanceof Map)) {
        throw envArgs.invalid("is no JSON object");
      }
    } catch (IllegalArgumentException e) {
      throw envArgs.invalid("is no JSON: " + e.getMessage());
    }
  }

  /** The recorder's own file: recognised by its attributes, as it has no lengths. */
  private static boolean isRecording(H5Group data) {
    return data.attribute(ENV_ARGS).isEmpty()
        && (data.attribute("env_info").isPresent() || data.attribute("env").isPresent());
  }

  private static boolean isNested(List<Demo> demos) {
    return demos.stream()
        .flatMap(d -> d.arrays().keySet().stream())
        .anyMatch(p -> p.startsWith("initial_state/") || p.matches("obs/[^/]+/.+"));
  }

  private static List<String> demoNames(H5Group data) {
    return data.names().stream()
        .filter(name -> NaturalOrder.isNumbered(name) || holdsActions(data, name))
        .sorted(NaturalOrder.INSTANCE)
        .toList();
  }

  /** Members that are no episodes are none of our business, whatever is wrong with them. */
  private static boolean holdsActions(H5Group data, String name) {
    try {
      return data.has(name + "/actions");
    } catch (H5Exception e) {
      return false;
    }
  }

  private static Demo demo(String name, H5Group group, Look look, boolean lengthNeeded) {
    Map<String, Rows> arrays =
        Checks.arrays(DATA + "/" + name, group, look, RobomimicFormat::isPerStep);
    Rows actions = Checks.required(group, arrays, "actions");
    Checks.actions(group, actions);
    long length = actions.count();
    if (lengthNeeded) {
      Checks.lengthAttribute(group, LENGTH, length);
    }
    arrays.forEach((path, rows) -> compareRows(group, path, rows, length));
    return new Demo(name, (int) length, arrays);
  }

  private static boolean isPerStep(String path) {
    int slash = path.indexOf('/');
    return PER_STEP.contains(slash < 0 ? path : path.substring(0, slash));
  }

  private static void compareRows(H5Group group, String path, Rows rows, long length) {
    if (!isPerStep(path)) {
      return;
    } else if (path.equals("obs") || path.equals("next_obs")) {
      throw group.fault(Kind.TYPE_MISMATCH, path, "is a dataset; expected a group");
    }
    Checks.rows(group, path, rows, length, "actions");
    if (path.equals("rewards") || path.equals("dones")) {
      Checks.single(group, path, rows);
    }
  }

  private static void compareTotal(H5Group data, List<Demo> demos, List<String> warnings) {
    String sum = Long.toString(demos.stream().mapToLong(Demo::length).sum());
    data.attribute("total")
        .map(H5Attribute::toString)
        .filter(stated -> !stated.equals(sum) && !stated.equals(sum + ".0"))
        .ifPresent(
            stated ->
                warnings.add(
                    "data@total is %s, but the episodes have %s rows".formatted(stated, sum)));
  }

  private static Map<String, List<String>> filters(H5File file) {
    Map<String, List<String>> filters = new TreeMap<>();
    if (!file.names().contains(MASK)) {
      return filters;
    }
    try (H5Group mask = file.group(MASK)) {
      for (String key : mask.names()) {
        try (H5Dataset names = mask.dataset(key)) {
          filters.put(
              key,
              java.util.Arrays.stream(names.readTexts(H5Slab.all()))
                  .sorted(NaturalOrder.INSTANCE)
                  .toList());
        }
      }
    }
    return filters;
  }

  @Override
  public Map<String, Rows> fields(Demo demo) {
    Map<String, Rows> fields = new LinkedHashMap<>();
    demo.arrays()
        .forEach(
            (path, rows) -> {
              if (rows.type().isNumeric() && !rows.scalar() && rows.count() == demo.length()) {
                fields.put(path, rows);
              }
            });
    return fields;
  }
}
