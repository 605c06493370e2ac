package dev.difftop.data.hdf5.file;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What robomimic wants to know of the environment. */
public final class EnvArgs {
  private static final long GYM = 2;
  private static final String WRAPPERS = "additional_wrappers";
  private static final Pattern GYMNASIUM_ID = Pattern.compile("([\\w:-]+/)?[\\w:.-]+");

  private EnvArgs() {}

  /** The description of an environment that is made by its name, as JSON. */
  public static String gym(String name, Map<String, Object> settings) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("env_name", name);
    args.put("type", GYM);
    args.put("env_kwargs", settings);
    return Json.write(args);
  }

  /**
   * What Gymnasium wants to know of the environment in such a description, as JSON; nothing if the
   * name is none that it takes. How the environment is made is not known.
   */
  public static Optional<String> spec(String args) {
    return name(args).filter(id -> GYMNASIUM_ID.matcher(id).matches()).map(EnvArgs::specOf);
  }

  /** Whether Gymnasium would take a description: it requires wrappers, if only an empty list. */
  public static boolean isSpec(String json) {
    try {
      return Json.read(json) instanceof Map<?, ?> facts
          && facts.containsKey("id")
          && facts.containsKey(WRAPPERS);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String specOf(String id) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("id", id);
    spec.put("entry_point", null);
    spec.put("reward_threshold", null);
    spec.put("nondeterministic", false);
    spec.put("max_episode_steps", null);
    spec.put("disable_env_checker", false);
    spec.put("kwargs", Map.of());
    spec.put(WRAPPERS, List.of());
    spec.put("vector_entry_point", null);
    return Json.write(spec);
  }

  /** How the environment is made, in such a description; empty if it is not known. */
  public static Map<?, ?> settings(String args) {
    try {
      return Json.read(args) instanceof Map<?, ?> facts
              && facts.get("env_kwargs") instanceof Map<?, ?> settings
          ? settings
          : Map.of();
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  /** The name in such a description, if there is one. */
  public static Optional<String> name(String args) {
    try {
      return Json.read(args) instanceof Map<?, ?> facts && facts.get("env_name") instanceof String n
          ? Optional.of(n)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
