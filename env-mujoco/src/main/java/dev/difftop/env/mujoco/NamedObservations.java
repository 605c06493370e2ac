package dev.difftop.env.mujoco;

import dev.difftop.api.Array;
import dev.difftop.env.mujoco.tasks.Task;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects what a task observes as arrays of their own. */
final class NamedObservations implements Task.Observer {
  private final Map<String, Array> parts = new LinkedHashMap<>();

  private NamedObservations() {}

  /** The observations of a task at the present state, in its order. */
  static Map<String, Array> of(Task task) {
    NamedObservations collected = new NamedObservations();
    task.observe(collected);
    return collected.parts;
  }

  /** The same as one vector. */
  static double[] vector(Task task) {
    Map<String, Array> parts = of(task);
    double[] all = new double[parts.values().stream().mapToInt(Array::size).sum()];
    int at = 0;
    for (Array part : parts.values()) {
      part.read(0, all, at, part.size());
      at += part.size();
    }
    return all;
  }

  @Override
  public void part(String name, double... values) {
    if (parts.put(name, Array.of(values.clone())) != null) {
      throw new IllegalStateException("the task observes " + name + " twice");
    }
  }
}
