package dev.difftop.app.cli.control;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.environment.Environment;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Assembly;
import dev.difftop.learning.model.Parameters;
import dev.difftop.learning.model.PlannerSettings;
import dev.difftop.learning.model.PlanningAssembly;
import dev.difftop.learning.rollout.RecedingHorizon;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Planners on the state of a simulator: those that come along, and how one is assembled. */
final class Planners {
  /** Tasks for which a planner comes along, as {@code play/TASK.yaml} beside this class. */
  static final List<String> READY =
      List.of(
          "cartpole-balance", "cartpole-swingup", "cheetah-run", "pendulum-swingup", "walker-walk");

  private Planners() {}

  /** Whether it is a FILE.yaml that is named, and not a task. */
  static boolean isFile(String task) {
    return task.endsWith(".yaml") || task.endsWith(".yml");
  }

  /**
   * The configuration of a planner.
   *
   * @param task one that a planner comes along for, or a FILE.yaml
   */
  static <T extends Record> Configuration<T> read(
      Session session, Class<T> type, String task, List<String> overrides) throws IOException {
    if (isFile(task)) {
      return session.configurations().read(type, Path.of(task), overrides);
    }
    if (!READY.contains(task)) {
      throw new UsageException(
          "TASK",
          "no planner comes along for \"%s\"; there are %s. Write one's own into a FILE.yaml"
              .formatted(task, READY));
    }
    try (InputStream in = Planners.class.getResourceAsStream(task + ".yaml")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return session.configurations().parse(type, text, task + ".yaml", Path.of("."), overrides);
    }
  }

  /** What is done with an environment and a planner that fits it. */
  @FunctionalInterface
  interface Use<T> {
    /** Does it; both are closed afterwards. */
    T with(Environment environment, RecedingHorizon planner) throws IOException;
  }

  /**
   * Makes environment and planner, checked against each other, and closes them after use.
   *
   * @return what the use says
   */
  static <T> T use(PlannedControl settings, Use<T> use) throws IOException {
    Assembly assembly = new Assembly(settings.engine());
    RandomStream random = RandomStream.root(settings.seed());
    try (Environment environment = assembly.make(settings.environment(), random)) {
      ProblemSpec problem = assemble(assembly, environment, settings, random);
      try (Solver solver = PlanningAssembly.solver(assembly, settings.solver(), problem, random)) {
        return use.with(
            environment, planner(assembly, problem, solver, settings.planner(), random));
      }
    }
  }

  private static ProblemSpec assemble(
      Assembly assembly, Environment environment, PlannedControl settings, RandomStream random) {
    if (!(environment instanceof Environment.Simulator simulator)) {
      throw new UsageException(
          "environment",
          settings.environment() + " shows no simulator state, so that nothing can plan from it");
    }
    Map<String, Shape> observations = new LinkedHashMap<>();
    environment.spec().observations().forEach((name, o) -> observations.put(name, o.shape()));
    Shapes shapes =
        new Shapes(observations, environment.spec().actionSize(), simulator.simulatorStateSize());
    return new PlanningAssembly(assembly, settings.choices(), shapes, Map.of())
        .assemble(random)
        .spec();
  }

  private static RecedingHorizon planner(
      Assembly assembly,
      ProblemSpec problem,
      Solver solver,
      PlannerSettings settings,
      RandomStream random) {
    Parameters parameters =
        new Parameters(
            assembly.engine(), DType.FLOAT64, problem.parameters(), random.child("parameters"));
    return new RecedingHorizon(problem, solver, parameters.arrays(), settings);
  }

  /** How plans went: how many, how long they took, how many were late. */
  static Map<String, Object> report(RecedingHorizon planner, PlannerSettings settings) {
    double[] millis = planner.planMillis();
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("plans", millis.length);
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("median", quantile(sorted, 0.5));
    times.put("p95", quantile(sorted, 0.95));
    times.put("max", quantile(sorted, 1));
    report.put("plan_ms", times);
    report.put("deadline_ms", settings.deadlineMs());
    report.put("deadline_misses", planner.misses());
    report.put("deadline_cuts", planner.cut());
    report.put("steps_on_older_plans", planner.stepsOnOlderPlans());
    report.put("converged", planner.converged() / (double) Math.max(1, millis.length));
    return report;
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
