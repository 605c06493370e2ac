package dev.difftop.api.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** How names of Java appear in a configuration. */
public final class Names {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
  private static final Pattern KEBAB = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private Names() {}

  /** {@code maxIterations} to {@code max-iterations}. */
  public static String kebab(String camel) {
    return HUMP.matcher(camel).replaceAll("-").toLowerCase(Locale.ROOT);
  }

  /** {@code GAUSS_NEWTON} to {@code gauss-newton}. */
  public static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static boolean isKebab(String name) {
    return KEBAB.matcher(name).matches();
  }
}
