package dev.difftop.env.mujoco;

import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.env.mujoco.tasks.Tasks;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells of the tasks, and compares them with recordings. */
final class MujocoInspector implements EnvironmentInspector {
  @Override
  public Map<String, String> tasks() {
    Map<String, String> tasks = new LinkedHashMap<>();
    Tasks.all().forEach(task -> tasks.put(task.name(), task.summary()));
    return tasks;
  }

  @Override
  public Map<String, Object> check(
      String task, Optional<Path> model, Map<String, Object> reference) {
    return new ReferenceCheck(task, model).run(reference);
  }

  @Override
  public List<Measurement> measurements() {
    return Measurements.all();
  }
}
