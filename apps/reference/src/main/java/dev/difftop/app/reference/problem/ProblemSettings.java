package dev.difftop.app.reference.problem;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the user sets of a problem itself, beside its solver.
 *
 * @param values {@code value} and {@code rho}, or limits of the state, where given
 */
public record ProblemSettings(Map<String, String> values) {
  /** The keys that belong to a problem. */
  public static final List<String> KEYS =
      List.of("value", "rho", "state-low", "state-high", "end-components", "end-values", "penalty");

  private static final List<String> OF_PLANS = List.of("value", "rho");

  /** Refuses settings for a kind of problem that has none. */
  void requireNone(String kind) {
    require(kind, key -> false);
  }

  /** Refuses settings that are not those of a plan. */
  void requirePlan(String kind) {
    require(kind, OF_PLANS::contains);
  }

  private void require(String kind, Predicate<String> known) {
    List<String> wrong = values.keySet().stream().filter(known.negate()).toList();
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "--set %s: a problem of kind %s has no such setting; tdmpc-plan has %s, pendulum and"
                  .formatted(wrong, kind, OF_PLANS)
              + " cartpole have "
              + KEYS.stream().filter(key -> !OF_PLANS.contains(key)).toList());
    }
  }

  /** Settings of the cost {@code limited}, for a kind of problem whose state may have limits. */
  List<String> limits(String kind) {
    require(kind, key -> !OF_PLANS.contains(key));
    return values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
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

  /** The control penalty, where set. */
  Optional<Double> rho() {
    return Optional.ofNullable(values.get("rho")).map(ProblemSettings::penalty);
  }

  private static double penalty(String text) {
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
