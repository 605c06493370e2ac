package dev.difftop.app.cli.env;

import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.EnvironmentSpec;
import dev.difftop.app.cli.console.Session;
import dev.difftop.assembly.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows dimensions, ranges and time steps of a task. */
@Command(
    name = "describe",
    description = "Show observations, actions, ranges and time steps of a task.")
final class EnvDescribeCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "TASK",
      description = "A task (see 'difftop env list'), or a FILE.yaml with an environment.")
  private String task;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings of the environment; see 'difftop describe environment NAME'.")
  private List<String> settings = new ArrayList<>();

  EnvDescribeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Choice<Environment> chosen = new Tasks(session).choose(task, settings);
    try (Environment environment = session.make(chosen)) {
      session.console().answerPlainly(document(chosen, environment));
    }
    return 0;
  }

  private static Map<String, Object> document(Choice<Environment> chosen, Environment environment) {
    EnvironmentSpec spec = environment.spec();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("task", spec.task());
    document.put("environment", chosen.plugin().name());
    document.put("summary", Tasks.summary(chosen));
    Map<String, Object> observations = new LinkedHashMap<>();
    spec.observations().forEach((name, o) -> observations.put(name, document(o)));
    document.put("observations", observations);
    document.put("action_size", spec.actionSize());
    document.put("action_range", new double[] {-1, 1});
    document.put("control_timestep", spec.controlTimestep());
    document.put("action_repeat", spec.actionRepeat());
    document.put("episode_steps", spec.episodeSteps());
    if (environment instanceof Environment.Simulator simulator) {
      document.put("simulator_state_size", simulator.simulatorStateSize());
    }
    if (environment instanceof Environment.Camera camera) {
      document.put("cameras", camera.cameras());
    }
    if (environment instanceof Environment.Goal goal) {
      document.put("has_goal", goal.success().isPresent());
    }
    if (environment instanceof Environment.Outcomes outcomes) {
      document.put("outcomes", outcomes.outcomes());
    }
    if (environment instanceof Environment.Experts experts) {
      document.put("experts", experts.experts());
    }
    return document;
  }

  private static Map<String, Object> document(EnvironmentSpec.Observable observable) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("shape", observable.shape().dims());
    one.put("dtype", observable.dtype().name().toLowerCase(Locale.ROOT));
    return one;
  }
}
