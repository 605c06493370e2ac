package dev.difftop.data.hdf5.maniskill;

import dev.difftop.data.hdf5.file.Agreement;
import dev.difftop.data.hdf5.file.Checks;
import dev.difftop.data.hdf5.file.Companion;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.EnvArgs;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * ManiSkill 2 and 3: {@code /traj_k} with T actions and T + 1 observations and states, and a JSON
 * file of the same name that describes the environment and lists the episodes.
 */
public final class ManiskillFormat implements Format {
  private static final Set<String> PER_STEP =
      Set.of("success", "fail", "terminated", "truncated", "rewards");

  @Override
  public String name() {
    return "maniskill";
  }

  @Override
  public boolean recognises(H5File file) {
    return file.names().stream().anyMatch(name -> name.startsWith("traj_"));
  }

  @Override
  public Index index(H5File file, Look look) {
    List<Demo> demos = new ArrayList<>();
    for (String name : Checks.episodeNames(file, "traj_")) {
      try (H5Group group = file.group(name)) {
        demos.add(demo(name, group, look));
      }
    }
    if (demos.isEmpty()) {
      throw file.fault(Kind.MISSING_KEY, "traj_0", "is not there, nor any other episode");
    }
    Agreement.check(file, demos, this::place);
    List<String> warnings = new ArrayList<>();
    Path companion = companion(file.file());
    Optional<Map<?, ?>> json = Companion.read(companion);
    json.ifPresentOrElse(
        stated -> compare(file, demos, stated, companion, warnings),
        () -> warnings.add("there is no " + companion.getFileName() + " beside it"));
    String variant = isThird(demos) ? "maniskill-3" : "maniskill-2";
    return Index.ofEpisodes(
        variant,
        attributes(json.orElse(Map.of())),
        envArgs(json.orElse(Map.of())),
        demos,
        warnings);
  }

  /** The JSON file beside a file. */
  public static Path companion(Path file) {
    return file.resolveSibling(
        file.getFileName().toString().replaceAll("\\.(h5|hdf5)$", "") + ".json");
  }

  private static Demo demo(String name, H5Group group, Look look) {
    Map<String, Rows> arrays = Checks.arrays(name, group, look, path -> true);
    long length = length(group, arrays);
    arrays.forEach(
        (path, rows) -> {
          if (Checks.under(path, "actions")) {
            Checks.rows(group, path, rows, length, "the other actions");
          } else if (PER_STEP.contains(path)) {
            Checks.rows(group, path, rows, length, "actions");
            Checks.single(group, path, rows);
          } else if (Checks.under(path, "obs") || Checks.under(path, "env_states")) {
            Checks.rows(group, path, rows, length + 1, "actions and one more");
          }
        });
    return new Demo(name, (int) length, arrays);
  }

  private static long length(H5Group group, Map<String, Rows> arrays) {
    return arrays.entrySet().stream()
        .filter(e -> Checks.under(e.getKey(), "actions"))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseThrow(() -> group.fault(Kind.MISSING_KEY, "actions", "is not there"))
        .count();
  }

  private static boolean isThird(List<Demo> demos) {
    return demos.get(0).arrays().keySet().stream()
        .anyMatch(
            path ->
                path.equals("terminated")
                    || path.startsWith("env_states/")
                    || path.startsWith("obs/sensor_"));
  }

  private static void compare(
      H5File file, List<Demo> demos, Map<?, ?> stated, Path companion, List<String> warnings) {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    demos.forEach(demo -> lengths.put(demo.name(), demo.length()));
    if (!(stated.get("episodes") instanceof List<?>)) {
      throw new H5Exception(Kind.BAD_METADATA, companion, "", "has no list of episodes");
    }
    List<String> missing = new ArrayList<>();
    Set<String> listed = new LinkedHashSet<>();
    Set<String> odd = new LinkedHashSet<>();
    for (Object episode : Companion.list(stated, "episodes")) {
      if (!(episode instanceof Map<?, ?> facts) || !facts.containsKey("episode_id")) {
        throw new H5Exception(
            Kind.BAD_METADATA, companion, "", "has an episode without episode_id");
      }
      String name = "traj_" + id(facts.get("episode_id"), companion, odd);
      listed.add(name);
      Integer length = lengths.get(name);
      if (length == null) {
        missing.add(name);
      } else if (facts.containsKey("elapsed_steps")) {
        compareSteps(file, name, length, facts.get("elapsed_steps"), companion);
      }
    }
    List<String> unlisted = new ArrayList<>(lengths.keySet());
    unlisted.removeAll(listed);
    warn(companion, missing, unlisted, odd, warnings);
  }

  private static void warn(
      Path companion,
      List<String> missing,
      List<String> unlisted,
      Set<String> odd,
      List<String> warnings) {
    Path json = companion.getFileName();
    if (!missing.isEmpty()) {
      warnings.add(
          "%s lists %d episodes that the file lacks, such as %s"
              .formatted(json, missing.size(), missing.get(0)));
    }
    if (!unlisted.isEmpty()) {
      warnings.add(
          "%s lacks %d episodes of the file, such as %s"
              .formatted(json, unlisted.size(), unlisted.get(0)));
    }
    if (!odd.isEmpty()) {
      warnings.add(
          "%s has episode_id of another format, such as %s; expected whole numbers"
              .formatted(json, odd.iterator().next()));
    }
  }

  /**
   * The number of an episode, also as {@code 3.0} or {@code "3"}.
   *
   * @param odd takes what is no whole number as JSON writes it
   */
  private static long id(Object stated, Path companion, Set<String> odd) {
    if (stated instanceof Long whole) {
      return whole;
    }
    odd.add(Json.write(stated));
    if (stated instanceof Double number && number == Math.rint(number)) {
      return number.longValue();
    } else if (stated instanceof String text && text.matches("\\d{1,18}")) {
      return Long.parseLong(text);
    }
    throw new H5Exception(
        Kind.BAD_METADATA,
        companion,
        "",
        "episode_id is %s; expected a whole number".formatted(Json.write(stated)));
  }

  private static void compareSteps(
      H5File file, String name, int length, Object stated, Path companion) {
    if (!(stated instanceof Number steps)) {
      throw new H5Exception(
          Kind.BAD_METADATA,
          companion,
          "",
          "elapsed_steps of %s is %s; expected a number".formatted(name, Json.write(stated)));
    } else if (steps.doubleValue() != length) {
      throw file.fault(
          Kind.LENGTH_MISMATCH,
          name + "/actions",
          "has %d rows; %s says %s steps".formatted(length, companion.getFileName(), steps));
    }
  }

  private static Map<String, String> attributes(Map<?, ?> json) {
    Map<String, String> attributes = new LinkedHashMap<>();
    json.forEach(
        (key, value) -> {
          if (!key.equals("episodes")) {
            attributes.put(key.toString(), value instanceof String text ? text : Json.write(value));
          }
        });
    return attributes;
  }

  private static String envArgs(Map<?, ?> json) {
    Map<?, ?> info = Companion.object(json, "env_info");
    Map<String, Object> settings = new LinkedHashMap<>();
    Companion.object(info, "env_kwargs").forEach((k, v) -> settings.put(k.toString(), v));
    return info.get("env_id") instanceof String id ? EnvArgs.gym(id, settings) : "";
  }

  @Override
  public String place(Demo demo) {
    return demo.name();
  }

  @Override
  public Map<String, Rows> fields(Demo demo) {
    Map<String, Rows> fields = new LinkedHashMap<>();
    boolean ends = demo.arrays().containsKey("terminated");
    demo.arrays()
        .forEach(
            (path, rows) -> {
              if (Checks.under(path, "obs")) {
                String name = Checks.below(path, "obs");
                fields.put("obs/" + name, rows.part(0, demo.length()));
                fields.put("next_obs/" + name, rows.part(1, demo.length()));
              } else if (path.equals("env_states")) {
                fields.put("states", rows.part(0, demo.length()));
              } else if (Checks.under(path, "env_states")) {
                String name = Checks.below(path, "env_states");
                fields.put("states/" + name, rows.part(0, demo.length()));
              } else if (path.equals(ends ? "terminated" : "success")) {
                fields.put("dones", rows);
              } else if (!rows.scalar() && rows.count() == demo.length()) {
                fields.put(path, rows);
              }
            });
    return fields;
  }
}
