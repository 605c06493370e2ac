package dev.difftop.api;

import dev.difftop.api.array.Shape;
import java.util.Map;

/**
 * The sizes that the other parts of a problem have declared, for a part that takes its own from
 * them. Known in the order environment or dataset, encoder, dynamics, cost.
 *
 * @param observations shape of each named observation, without batch; empty where nothing observes
 * @param actionSize nu, length of an action
 * @param stateSize nx, length of the state that the solver plans in: what the encoder makes, or the
 *     state of the environment where there is no encoder; 0 while the encoder itself is made
 * @param context context leaves that come with every solve, by name, with their sample shapes
 */
public record Shapes(
    Map<String, Shape> observations, int actionSize, int stateSize, Map<String, Shape> context) {
  /** Nothing is known yet. */
  public static final Shapes NONE = new Shapes(Map.of(), 0, 0);

  /** Copies the maps. */
  public Shapes {
    observations =
        java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(observations));
    context = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(context));
  }

  /** Sizes without context leaves. */
  public Shapes(Map<String, Shape> observations, int actionSize, int stateSize) {
    this(observations, actionSize, stateSize, Map.of());
  }

  /** The same with another state size. */
  public Shapes withStateSize(int nx) {
    return new Shapes(observations, actionSize, nx, context);
  }

  /** The same with context leaves. */
  public Shapes withContext(Map<String, Shape> leaves) {
    return new Shapes(observations, actionSize, stateSize, leaves);
  }
}
