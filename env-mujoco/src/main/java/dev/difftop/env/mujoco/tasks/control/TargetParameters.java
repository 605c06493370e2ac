package dev.difftop.env.mujoco.tasks.control;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a target is, as recordings tell it. Understood are a position of two numbers (in the plane
 * of the task) or three ({@code "target": [0.1, 0.2]}, {@code "target_pos": [0.1, 0.2, 0.01]}),
 * single coordinates ({@code "target_x": 0.1}), an angle with or without a distance, and the array
 * of the model that holds it ({@code "geom_pos": {"target": [0.1, 0.2, 0.01]}}), names in any
 * mixture of these. What else a recording has is left aside, unless it is all there is.
 */
final class TargetParameters {
  private static final Set<String> REMARKED =
      Set.of("size", "radius", "damping", "quat", "rgba", "margin");

  private final String plane;
  private final double[] position = {Double.NaN, Double.NaN, Double.NaN};
  private final int row;
  private final Map<String, Object> unknown = new LinkedHashMap<>();
  private double angle = Double.NaN;
  private double distance = Double.NaN;

  /**
   * Reads parameters.
   *
   * @param plane the two axes of the task, such as {@code xz}
   * @param row of the target among the elements of its kind
   * @throws IllegalArgumentException if there are parameters and none of them says where it is
   */
  TargetParameters(Map<String, Object> parameters, String plane, int row) {
    this.plane = plane;
    this.row = row;
    parameters.forEach((key, value) -> read(key.toLowerCase(Locale.ROOT), value));
    if (!isPlaced() && Double.isNaN(angle) && !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "the place of a target is not to be read from %s; expected target: [.., ..]"
              .formatted(unknown));
    }
  }

  /** A coordinate, or what it is now where nothing was said about it. */
  double coordinate(int axis, double now) {
    return Double.isNaN(position[axis]) ? now : position[axis];
  }

  private boolean isPlaced() {
    return Arrays.stream(position).anyMatch(x -> !Double.isNaN(x));
  }

  /** Whether it is an angle alone that says where; radians. */
  boolean hasAngle() {
    return !Double.isNaN(angle) && !isPlaced();
  }

  double angle() {
    return angle;
  }

  /** The distance from the middle that goes with the angle. */
  double distance(double otherwise) {
    return Double.isNaN(distance) ? otherwise : distance;
  }

  private void read(String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> read(name + "_" + key.toString().toLowerCase(Locale.ROOT), inner));
    } else if (value instanceof Number number) {
      scalar(name, number.doubleValue());
    } else if (value instanceof List<?> list) {
      vector(name, list);
    } else if (!(value instanceof String)) {
      unknown.put(name, value);
    }
  }

  private static String last(String name) {
    String[] words = name.split("[^a-z0-9]+");
    return words[words.length - 1];
  }

  private static boolean isRemark(String name) {
    return REMARKED.stream().anyMatch(name::contains);
  }

  private void scalar(String name, double value) {
    String last = last(name);
    if (last.length() == 1 && "xyz".contains(last)) {
      position["xyz".indexOf(last)] = value;
    } else if (last.endsWith("angle") || last.equals("phi") || last.equals("alpha")) {
      angle = value;
    } else if (last.equals("distance") || last.equals("rho")) {
      distance = value;
    } else if (last.equals("radius") && !name.contains("size")) {
      distance = value;
    } else if (!isRemark(name)) {
      unknown.put(name, value);
    }
  }

  private void vector(String name, List<?> list) {
    if (isRemark(name)) {
      return;
    }
    if (!list.isEmpty() && list.get(0) instanceof List<?>) {
      vector(name, (List<?>) list.get(list.size() == 1 ? 0 : Math.min(row, list.size() - 1)));
      return;
    }
    boolean numbers = list.stream().allMatch(Number.class::isInstance);
    if (!numbers || list.size() < 2 || list.size() > 3) {
      unknown.put(name, list);
      return;
    }
    if (isPlaced() && !name.contains("target")) {
      return;
    }
    String axes = list.size() == 2 ? plane : "xyz";
    for (int i = 0; i < list.size(); i++) {
      position["xyz".indexOf(axes.charAt(i))] = ((Number) list.get(i)).doubleValue();
    }
  }
}
