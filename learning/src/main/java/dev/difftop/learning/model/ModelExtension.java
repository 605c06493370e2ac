package dev.difftop.learning.model;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a learner adds to the trajectory problem of the section {@code policy}.
 *
 * @param context context leaves that come with every solve, by name, with their sample shapes
 * @param chunk c, environment steps per planned action: an action of the problem has c times the
 *     entries of one of the environment, step by step; at least 1
 * @param parameters further parameters that are learned and saved with the model, by full name
 */
public record ModelExtension(
    Map<String, Shape> context, int chunk, Map<String, ProblemSpec.Parameter> parameters) {
  /** Nothing is added. */
  public static final ModelExtension NONE = new ModelExtension(Map.of(), 1, Map.of());

  /**
   * Copies the maps.
   *
   * @throws IllegalArgumentException on a chunk below 1
   */
  public ModelExtension {
    if (chunk < 1) {
      throw new IllegalArgumentException("chunk: found " + chunk + ", expected at least 1");
    }
    context = Collections.unmodifiableMap(new LinkedHashMap<>(context));
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
