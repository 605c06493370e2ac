package dev.difftop.data.hdf5.minari;

import dev.difftop.data.hdf5.file.Agreement;
import dev.difftop.data.hdf5.file.Checks;
import dev.difftop.data.hdf5.file.Companion;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.EnvArgs;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5Attribute;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.hdf5.value.H5Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Minari 0.3 to 0.5: {@code /episode_k} with T actions and T + 1 observations, both possibly trees;
 * metadata as attributes of the root, from 0.5 on as {@code metadata.json} beside the file. The
 * path may be that of the dataset's folder.
 */
public final class MinariFormat implements Format {
  private static final String MAIN = "main_data.hdf5";
  private static final String METADATA = "metadata.json";
  private static final List<String> JSON_ATTRIBUTES =
      List.of("observation_space", "action_space", "env_spec");
  private static final Set<String> PER_STEP = Set.of("rewards", "terminations", "truncations");
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  @Override
  public String name() {
    return "minari";
  }

  @Override
  public Path locate(Path path) {
    if (!Files.isDirectory(path)) {
      return path;
    }
    Path main = data(path).resolve(MAIN);
    if (!Files.exists(main) && isArrow(path)) {
      throw new H5Exception(
          Kind.UNSUPPORTED, path, "", "is stored as arrow; store it as hdf5 to read it here");
    }
    return Files.exists(main) ? main : path;
  }

  private static Path data(Path folder) {
    return Files.isDirectory(folder.resolve("data")) ? folder.resolve("data") : folder;
  }

  private static boolean isArrow(Path folder) {
    return Companion.read(data(folder).resolve(METADATA))
        .map(metadata -> "arrow".equals(metadata.get("data_format")))
        .orElse(false);
  }

  @Override
  public boolean claims(Path path) {
    return Files.isDirectory(path) && Files.exists(data(path).resolve(METADATA));
  }

  @Override
  public boolean recognises(H5File file) {
    return file.names().stream().anyMatch(name -> name.startsWith("episode_"))
        || file.attribute("total_episodes").isPresent();
  }

  @Override
  public Index index(H5File file, Look look) {
    Map<String, String> attributes = attributes(file);
    List<String> warnings = new ArrayList<>();
    List<Demo> demos = new ArrayList<>();
    for (String name : Checks.episodeNames(file, "episode_")) {
      try (H5Group group = file.group(name)) {
        demos.add(demo(name, group, look));
        checkId(name, group, warnings);
      }
    }
    if (demos.isEmpty()) {
      throw file.fault(Kind.MISSING_KEY, "episode_0", "is not there, nor any other episode");
    }
    Agreement.check(file, demos, this::place);
    compareTotals(file, attributes, demos, warnings);
    return Index.ofEpisodes("", attributes, envArgs(attributes), demos, warnings);
  }

  /** Those of the file, and those of 0.5 beside it. */
  private static Map<String, String> attributes(H5File file) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : file.attributeNames()) {
      H5Attribute value = file.requireAttribute(name);
      if (JSON_ATTRIBUTES.contains(name)) {
        checkJson(value);
      }
      attributes.put(name, value.toString());
    }
    Companion.read(file.file().resolveSibling(METADATA))
        .ifPresent(
            metadata ->
                metadata.forEach(
                    (key, value) ->
                        attributes.put(
                            key.toString(),
                            value instanceof String text ? text : Json.write(value))));
    return attributes;
  }

  private static void checkJson(H5Attribute attribute) {
    try {
      Json.read(attribute.asText());
    } catch (IllegalArgumentException e) {
      throw attribute.invalid("is no JSON: " + e.getMessage());
    }
  }

  private static Demo demo(String name, H5Group group, Look look) {
    Map<String, Rows> arrays = Checks.arrays(name, group, look, PER_STEP::contains);
    requireSome(group, arrays, "observations");
    Rows actions = requireSome(group, arrays, "actions");
    PER_STEP.stream().sorted().forEach(path -> Checks.required(group, arrays, path));
    long length = actions.count();
    Checks.lengthAttribute(group, "total_steps", length);
    arrays.forEach((path, rows) -> compareRows(group, path, rows, length));
    return new Demo(name, (int) length, arrays);
  }

  /** The number of an episode is a whole number in its attributes, that of its name. */
  private static void checkId(String name, H5Group group, List<String> warnings) {
    group
        .attribute("id")
        .filter(id -> !id.toString().equals(name.substring("episode_".length())) || id.isText())
        .ifPresent(
            id ->
                warnings.add(
                    "%s: attribute id is %s, of type %s; expected the whole number of its name"
                        .formatted(name, id, id.type())));
  }

  /** The first array of a tree, which must be there. */
  private static Rows requireSome(H5Group group, Map<String, Rows> arrays, String name) {
    return arrays.entrySet().stream()
        .filter(e -> Checks.under(e.getKey(), name))
        .findFirst()
        .orElseThrow(() -> group.fault(Kind.MISSING_KEY, name, "is not there"))
        .getValue();
  }

  private static void compareRows(H5Group group, String path, Rows rows, long length) {
    if (Checks.under(path, "observations")) {
      checkElements(group, path, rows);
      Checks.rows(group, path, rows, length + 1, "actions and one more");
    } else if (Checks.under(path, "actions")) {
      checkElements(group, path, rows);
      Checks.rows(group, path, rows, length, "the other actions");
    } else if (PER_STEP.contains(path)) {
      Checks.rows(group, path, rows, length, "actions");
      Checks.single(group, path, rows);
    }
  }

  /** Numbers or text; encoded images are recognised by their type, or by their first bytes. */
  private static void checkElements(H5Group group, String path, Rows rows) {
    boolean encoded =
        rows.type().kind() == H5Type.Kind.VARIABLE_BYTES
            || (rows.type().equals(H5Type.UINT8) && rows.rank() == 2 && isJpeg(group, path, rows));
    if (encoded) {
      throw group.fault(
          Kind.UNSUPPORTED, path, "holds JPEG frames; store them decoded (jpeg_encoding off)");
    } else if (!rows.type().isNumeric() && !rows.type().isText()) {
      throw group.fault(
          Kind.TYPE_MISMATCH, path, "holds " + rows.type() + "; expected numbers or text");
    }
  }

  private static boolean isJpeg(H5Group group, String path, Rows rows) {
    if (rows.count() < 1 || rows.rowElements() < JPEG.length) {
      return false;
    }
    H5Slab start = H5Slab.of(new long[] {0, 0}, new long[] {1, JPEG.length});
    try (H5Dataset dataset = group.dataset(path)) {
      return java.util.Arrays.equals(JPEG, dataset.readBytes(start));
    }
  }

  private static void compareTotals(
      H5File file, Map<String, String> attributes, List<Demo> demos, List<String> warnings) {
    String total = attributes.get("total_episodes");
    if (total != null && total.matches("\\d{1,9}")) {
      int stated = Integer.parseInt(total);
      boolean ofFile =
          file.attribute("total_episodes").filter(a -> a.toString().equals(total)).isPresent();
      for (int i = 0; i < stated && stated > demos.size() && ofFile; i++) {
        if (!file.has("episode_" + i)) {
          throw file.fault(
              Kind.MISSING_KEY, "episode_" + i, "is not there, but total_episodes is " + stated);
        }
      }
      if (stated != demos.size()) {
        warnings.add(
            "total_episodes of %s is %d, the file has %d episodes"
                .formatted(ofFile ? "the file" : METADATA, stated, demos.size()));
      }
    }
    long steps = demos.stream().mapToLong(Demo::length).sum();
    String stated = attributes.get("total_steps");
    if (stated != null && !stated.equals(Long.toString(steps))) {
      warnings.add("total_steps is %s, but the episodes have %d".formatted(stated, steps));
    }
  }

  private static String envArgs(Map<String, String> attributes) {
    try {
      String spec = attributes.getOrDefault("env_spec", "");
      if (!spec.isEmpty()
          && Json.read(spec) instanceof Map<?, ?> facts
          && facts.get("id") instanceof String id) {
        return EnvArgs.gym(id, Map.of());
      }
    } catch (IllegalArgumentException e) {
      // In metadata.json the specification may be any text; the environment is then unknown.
    }
    return "";
  }

  @Override
  public String place(Demo demo) {
    return demo.name();
  }

  @Override
  public Map<String, Rows> fields(Demo demo) {
    Map<String, Rows> fields = new LinkedHashMap<>();
    demo.arrays()
        .forEach(
            (path, rows) -> {
              if (rows.scalar() || !rows.type().isNumeric()) {
                return;
              }
              if (Checks.under(path, "observations")) {
                String name = Checks.below(path, "observations");
                fields.put("obs/" + name, rows.part(0, demo.length()));
                fields.put("next_obs/" + name, rows.part(1, demo.length()));
              } else if (path.equals("terminations")) {
                fields.put("dones", rows);
              } else if (rows.count() == demo.length()) {
                fields.put(path, rows);
              } else if (rows.count() == demo.length() + 1) {
                fields.put(path, rows.part(0, demo.length()));
              }
            });
    return fields;
  }
}
