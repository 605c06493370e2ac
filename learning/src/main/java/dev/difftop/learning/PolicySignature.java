package dev.difftop.learning;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a policy observes and how long its actions are; saved with it.
 *
 * @param observations by name, in order: shape without batch, and element type
 * @param actionSize nu
 */
public record PolicySignature(Map<String, Observable> observations, int actionSize) {
  /** Keeps the order. */
  public PolicySignature {
    observations = Collections.unmodifiableMap(new LinkedHashMap<>(observations));
  }

  /**
   * The observations of an environment with these names; all of them if there are none.
   *
   * @throws IllegalArgumentException naming every observation that the environment lacks
   */
  public static PolicySignature of(EnvironmentSpec spec, List<String> names) {
    List<String> missing = names.stream().filter(n -> !spec.observations().containsKey(n)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "observations: found %s, %s has %s"
              .formatted(
                  String.join(", ", missing),
                  spec.task(),
                  String.join(", ", spec.observations().keySet())));
    }
    Map<String, Observable> all = new LinkedHashMap<>();
    (names.isEmpty() ? new ArrayList<>(spec.observations().keySet()) : names)
        .forEach(name -> all.put(name, spec.observations().get(name)));
    return new PolicySignature(all, spec.actionSize());
  }

  /** Shape of each observation, without batch. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> out = new LinkedHashMap<>();
    observations.forEach((name, observable) -> out.put(name, observable.shape()));
    return out;
  }

  /**
   * An observation of these names in the element types of this policy, where both are floating: a
   * file may hold as float32 what an environment gives as float64. Other entries stay as they are.
   */
  public Map<String, Array> withElementTypes(Map<String, Array> observation) {
    Map<String, Array> out = new LinkedHashMap<>(observation);
    observations.forEach(
        (name, expected) ->
            out.computeIfPresent(
                name,
                (n, found) ->
                    found.dtype().isFloating() && expected.dtype().isFloating()
                        ? found.as(expected.dtype())
                        : found));
    return out;
  }

  /**
   * Checks one observation.
   *
   * @throws IllegalArgumentException if one is missing or has another shape or element type
   */
  public void check(Map<String, Array> observation) {
    observations.forEach((name, expected) -> check(name, expected, observation));
  }

  private static void check(String name, Observable expected, Map<String, Array> observation) {
    Array found = observation.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "policy: observation %s is missing; found %s".formatted(name, observation.keySet()));
    }
    boolean sameShape =
        found.shape().equals(expected.shape())
            || (found.size() == 1 && expected.shape().size() == 1);
    if (!sameShape || found.dtype() != expected.dtype()) {
      throw new IllegalArgumentException(
          "policy: observation %s: found %s %s, expected %s %s"
              .formatted(name, found.dtype(), found.shape(), expected.dtype(), expected.shape()));
    }
  }

  /**
   * Checks that an environment gives what this policy observes.
   *
   * @throws IllegalArgumentException listing everything that differs
   */
  public void check(EnvironmentSpec spec) {
    List<String> violations = new ArrayList<>();
    observations.forEach(
        (name, expected) -> {
          Observable found = spec.observations().get(name);
          if (!expected.equals(found)) {
            violations.add(
                "observation %s: expected %s %s, %s"
                    .formatted(
                        name,
                        expected.dtype(),
                        expected.shape(),
                        found == null
                            ? spec.task() + " has " + spec.observations().keySet()
                            : "found " + found.dtype() + " " + found.shape()));
          }
        });
    if (spec.actionSize() != actionSize) {
      violations.add(
          "actions: expected size %d, %s takes %d"
              .formatted(actionSize, spec.task(), spec.actionSize()));
    }
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException("policy: " + String.join("; ", violations));
    }
  }
}
