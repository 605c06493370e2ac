package dev.difftop.env.mujoco;

import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.env.mujoco.tasks.Tasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the tasks and compares them with recordings. */
final class MujocoInspector implements EnvironmentInspector {
  @Override
  public Map<String, String> tasks() {
    Map<String, String> tasks = new LinkedHashMap<>();
    Tasks.all().forEach(task -> tasks.put(task.name(), task.summary()));
    return tasks;
  }

  @Override
  public String summary(Record configuration) {
    return ((MujocoConfig) configuration).definition().summary();
  }

  @Override
  public Map<String, Object> check(Record configuration, Map<String, Object> reference) {
    MujocoConfig config = (MujocoConfig) configuration;
    return new ReferenceCheck(config.definition(), config.model()).run(reference);
  }

  @Override
  public List<Measurement> measurements() {
    return Measurements.all();
  }
}
