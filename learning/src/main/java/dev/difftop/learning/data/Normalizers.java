package dev.difftop.learning.data;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How numbers are scaled before they reach a network.
 *
 * @param observations by name
 * @param actions the actions', undone on output
 */
public record Normalizers(Map<String, Normalizer> observations, Normalizer actions) {
  private static final int COORDINATES = 3;

  /**
   * From the statistics of demonstrations: observations to deviation 1, actions to [-1, 1]. Pixels
   * of a picture (height, width, channels) share the scale of their channel, points (count, 3) that
   * of their coordinate, distances (height, width) one.
   */
  public static Normalizers of(Demonstrations data) {
    Map<String, Normalizer> all = new LinkedHashMap<>();
    data.observationShapes()
        .forEach(
            (key, shape) ->
                all.put(
                    key, Normalizer.gaussian(data.observation(key), shape.size(), kinds(shape))));
    return new Normalizers(all, Normalizer.minMax(data.actions(), data.actionSize()));
  }

  /** How many kinds of numbers an observation has, one after the other and again. */
  private static int kinds(Shape shape) {
    if (shape.rank() < 2) {
      return shape.size();
    }
    int last = shape.dim(shape.rank() - 1);
    return shape.rank() > 2 || last == COORDINATES ? last : 1;
  }

  /**
   * Writes one observation, normalised, into a plan's inputs of the same names.
   *
   * @throws IllegalArgumentException if one is missing or has another size
   */
  public void write(Map<String, Array> observation, CompiledProgram plan) {
    observations.forEach(
        (name, normalizer) -> {
          Array raw = observation.get(name);
          Array into = plan.input(name);
          if (raw == null || raw.size() != into.size()) {
            throw new IllegalArgumentException(
                "policy: observation %s: found %s, expected %d numbers"
                    .formatted(
                        name,
                        raw == null ? "nothing in " + observation.keySet() : raw.toString(),
                        into.size()));
          }
          for (int i = 0; i < raw.size(); i++) {
            into.set(i, normalizer.normalize(raw.get(i), i));
          }
        });
  }

  /**
   * An action as the environment takes it, in [-1, 1].
   *
   * @param normalized chunks of normalised actions
   * @param at where it begins
   */
  public double[] restoreAction(double[] normalized, int at) {
    double[] action = new double[actions.offset().length];
    for (int j = 0; j < action.length; j++) {
      action[j] = Math.max(-1, Math.min(1, actions.restore(normalized[at + j], j)));
    }
    return action;
  }

  /** The first action of an array of normalised ones, as the environment takes it, in [-1, 1]. */
  public double[] restoreAction(Array normalized) {
    return restoreAction(normalized, 0);
  }

  /** The action that begins at an entry of an array of normalised ones, likewise. */
  public double[] restoreAction(Array normalized, int entry) {
    double[] action = new double[actions.offset().length];
    for (int j = 0; j < action.length; j++) {
      action[j] = Math.max(-1, Math.min(1, actions.restore(normalized.get(entry + j), j)));
    }
    return action;
  }
}
