package dev.difftop.api.environment;

import java.util.List;

/**
 * What surrounds a path in a plane, seen from above.
 *
 * @param areas obstacles and goals, in metres
 */
public record PlanarScene(List<Area> areas) {
  /** What an area is. */
  public enum Kind {
    /** The path cannot, or should not, cross it. */
    OBSTACLE,
    /** The path is to reach it. */
    GOAL
  }

  /**
   * A polygon.
   *
   * @param outline its corners (x, y) in their order, metres; not modified
   */
  public record Area(Kind kind, double[][] outline) {}

  /** Keeps the areas. */
  public PlanarScene {
    areas = List.copyOf(areas);
  }
}
