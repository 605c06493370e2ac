package dev.difftop.app.cli.solve;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the user sets of a problem itself, beside its solver.
 *
 * @param values {@code value} and {@code rho}, where given
 */
public record ProblemSettings(Map<String, String> values) {
  /** The keys that belong to a problem. */
  public static final List<String> KEYS = List.of("value", "rho");

  /** Refuses settings for a kind of problem that has none. */
  void requireNone(String kind) {
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "--set %s: a problem of kind %s has no such setting; tdmpc-plan has %s"
              .formatted(values.keySet(), kind, KEYS));
    }
  }

  /** How two critics make one value, {@code mean} unless set. */
  String value() {
    String value = values.getOrDefault("value", "mean");
    if (!List.of("mean", "min").contains(value)) {
      throw new IllegalArgumentException(
          "--set value: found " + value + ", expected one of [mean, min]");
    }
    return value;
  }

  /** The price on actions, where set. */
  Optional<Double> rho() {
    return Optional.ofNullable(values.get("rho")).map(ProblemSettings::price);
  }

  private static double price(String text) {
    try {
      double rho = Double.parseDouble(text);
      if (rho >= 0 && !Double.isInfinite(rho)) {
        return rho;
      }
    } catch (NumberFormatException e) {
      // The message below says what was found.
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "--set rho: found %s, expected a number of at least 0", text));
  }
}
