package dev.difftop.data.hdf5;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What robomimic wants to know of the environment. */
final class EnvArgs {
  private static final long GYM = 2;

  private EnvArgs() {}

  /** The description of an environment that is made by its name, as JSON. */
  static String gym(String name, Map<String, Object> settings) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("env_name", name);
    args.put("type", GYM);
    args.put("env_kwargs", settings);
    return Json.write(args);
  }

  /** The name in such a description, if there is one. */
  static Optional<String> name(String args) {
    try {
      return Json.read(args) instanceof Map<?, ?> facts && facts.get("env_name") instanceof String n
          ? Optional.of(n)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
