package dev.difftop.env.mujoco;

import dev.difftop.api.array.Array;
import dev.difftop.env.mujoco.tasks.definition.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a task observes, as arrays of their own. */
final class NamedObservations {
  private NamedObservations() {}

  /** How many numbers a task observes. */
  static int size(Task task) {
    return task.parts().stream().mapToInt(Task.Part::size).sum();
  }

  /** The observations of a task at the present state, in its order. */
  static Map<String, Array> of(Task task) {
    double[] all = vector(task);
    Map<String, Array> parts = new LinkedHashMap<>();
    int at = 0;
    for (Task.Part part : task.parts()) {
      parts.put(part.name(), Array.of(Arrays.copyOfRange(all, at, at + part.size())));
      at += part.size();
    }
    return parts;
  }

  /** The same as one vector. */
  static double[] vector(Task task) {
    double[] all = new double[size(task)];
    task.observe(all, 0);
    return all;
  }
}
