package dev.difftop.learning;

import java.util.regex.Pattern;

/**
 * Declaration of a figure that a learner reports. Columns of {@code metrics.csv}, axes of curves,
 * the progress line and event files follow from it.
 *
 * @param name lower case with underscores, unique for its learner
 * @param unit such as {@code 1/s}; empty for a pure number
 * @param meaning one line
 * @param headline whether it stands on the progress line
 */
public record Metric(String name, String unit, String meaning, boolean headline) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException on another name
   */
  public Metric {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "metric: found the name \"%s\", expected lower-case letters, digits and _"
              .formatted(name));
    }
  }

  /** A pure number that does not stand on the progress line. */
  public static Metric of(String name, String meaning) {
    return new Metric(name, "", meaning, false);
  }

  /** A pure number that stands on the progress line. */
  public static Metric headline(String name, String meaning) {
    return new Metric(name, "", meaning, true);
  }

  /** The same with a unit. */
  public Metric in(String newUnit) {
    return new Metric(name, newUnit, meaning, headline);
  }
}
