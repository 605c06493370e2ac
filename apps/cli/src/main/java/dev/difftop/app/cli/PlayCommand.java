package dev.difftop.app.cli;

import dev.difftop.api.DType;
import dev.difftop.api.Environment;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Shapes;
import dev.difftop.api.TimeStep;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Configuration;
import dev.difftop.app.assembly.Planning;
import dev.difftop.app.assembly.PlanningAssembly;
import dev.difftop.app.assembly.PlanningChoices;
import dev.difftop.learning.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets a planner act in an environment, step by step. */
@Command(
    name = "play",
    description = "Let a planner act in an environment: plan, act, plan again; film and report.")
final class PlayCommand implements Callable<Integer> {
  /** Tasks for which a planner comes along, as {@code play/TASK.yaml} beside this class. */
  static final List<String> READY =
      List.of("cartpole-balance", "cartpole-swingup", "cheetah-run", "pendulum-swingup");

  private final Session session;

  @CommandLine.Parameters(
      index = "0",
      paramLabel = "TASK",
      description = "A task that a planner comes along for, or a FILE.yaml with one's own.")
  private String task;

  @CommandLine.Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Overrides, such as solver=ilqr dynamics=mujoco horizon=30.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--steps", paramLabel = "N", description = "Steps (default: an episode).")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where film.gif, report.json and config.yaml go; without it nothing is written.")
  private Optional<Path> out = Optional.empty();

  PlayCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (steps.orElse(1) < 1) {
      throw new UsageException("--steps", "--steps: found " + steps.get() + ", expected 1 or more");
    }
    Configuration<PlayConfig> read = read();
    read.notes().forEach(session.console()::note);
    PlayConfig settings = read.value();
    Assembly assembly = new Assembly(settings.engine());
    RandomStream random = RandomStream.root(settings.seed());
    try (Environment environment = assembly.make(settings.environment(), random)) {
      Planning planning = assemble(assembly, settings, environment, random);
      try (var solver = planning.solver()) {
        Parameters parameters =
            new Parameters(
                assembly.engine(),
                DType.FLOAT64,
                planning.spec().parameters(),
                random.child("parameters"));
        RecedingHorizon planner =
            new RecedingHorizon(planning.spec(), solver, parameters.arrays(), settings);
        Film film = out.isPresent() ? new Film(environment) : Film.none();
        Map<String, Object> report = play(environment, planner, settings, film);
        write(film, report, read.yaml());
        session.console().answerPlainly(report);
      }
    }
    return 0;
  }

  private Configuration<PlayConfig> read() throws IOException {
    if (task.endsWith(".yaml") || task.endsWith(".yml")) {
      return session.configurations().read(PlayConfig.class, Path.of(task), overrides);
    }
    if (!READY.contains(task)) {
      throw new UsageException(
          "TASK",
          "no planner comes along for \"%s\"; there are %s. Write one's own into a FILE.yaml"
              .formatted(task, READY));
    }
    try (InputStream in = PlayCommand.class.getResourceAsStream("play/" + task + ".yaml")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return session
          .configurations()
          .parse(PlayConfig.class, text, task + ".yaml", Path.of("."), completed(text));
    }
  }

  /** Overrides that name the plugin which is there already leave its settings alone. */
  private List<String> completed(String yaml) {
    return overrides.stream()
        .filter(o -> !yaml.contains(o.replaceFirst("=", ": {plugin: ") + ","))
        .filter(o -> !yaml.contains(o.replaceFirst("=", ":\n  plugin: ") + "\n"))
        .toList();
  }

  private static Planning assemble(
      Assembly assembly, PlayConfig settings, Environment environment, RandomStream random) {
    if (!(environment instanceof Environment.Simulator simulator)) {
      throw new UsageException(
          "environment",
          settings.environment() + " shows no simulator state, so that nothing can plan from it");
    }
    Map<String, Shape> observations = new LinkedHashMap<>();
    environment.spec().observations().forEach((name, o) -> observations.put(name, o.shape()));
    Shapes shapes =
        new Shapes(observations, environment.spec().actionSize(), simulator.simulatorStateSize());
    PlanningChoices choices =
        new PlanningChoices(
            Optional.empty(),
            settings.dynamics(),
            settings.cost(),
            settings.solver(),
            settings.horizon(),
            settings.discount(),
            settings.actionPrice());
    return new PlanningAssembly(assembly, choices, shapes, Map.of()).assemble(random);
  }

  private Map<String, Object> play(
      Environment environment, RecedingHorizon planner, PlayConfig settings, Film film) {
    RandomStream random = RandomStream.root(settings.seed());
    RandomStream noise = random.child("noise");
    Environment.Simulator simulator = (Environment.Simulator) environment;
    TimeStep now = environment.reset(random.child("reset"));
    if (settings.start().length > 0) {
      simulator.setSimulatorState(settings.start());
    }
    int most = Math.min(steps.orElse(Integer.MAX_VALUE), environment.spec().episodeSteps());
    List<Double> rewards = new ArrayList<>();
    film.accept(environment);
    try (Interruption interruption = Interruption.watch(session.console());
        Progress progress = new Progress(session.console(), "step")) {
      while (!now.isLast() && rewards.size() < most && !interruption.isRequested()) {
        double[] action = planner.act(simulator.simulatorState());
        for (int j = 0; j < action.length; j++) {
          action[j] += settings.noise() * noise.nextGaussian();
        }
        now = environment.step(action);
        rewards.add(now.reward());
        film.accept(environment);
        progress.at(rewards.size(), most, "reward " + Documents.number(now.reward()));
      }
    }
    if (now.end() == TimeStep.End.FAILED) {
      throw new IllegalStateException("play: " + now.reason());
    }
    return report(environment, planner, settings, rewards);
  }

  private Map<String, Object> report(
      Environment environment, RecedingHorizon planner, PlayConfig settings, List<Double> rewards) {
    double[] millis = planner.planMillis();
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("task", environment.spec().task());
    report.put("dynamics", settings.dynamics().toString());
    report.put("solver", settings.solver().toString());
    report.put("steps", rewards.size());
    report.put("return", rewards.stream().mapToDouble(r -> r).sum());
    report.put("last_reward", rewards.isEmpty() ? 0 : rewards.get(rewards.size() - 1));
    report.put("plans", millis.length);
    report.put("plan_ms", Map.of("median", quantile(sorted, 0.5), "p95", quantile(sorted, 0.95)));
    report.put("step_ms", 1000 * environment.spec().controlTimestep());
    report.put("deadline_ms", settings.deadlineMs());
    report.put("deadline_misses", planner.misses());
    report.put("converged", planner.convergedShare());
    report.put("rewards", rewards.stream().mapToDouble(r -> r).toArray());
    return report;
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  private void write(Film film, Map<String, Object> report, String yaml) throws IOException {
    if (out.isEmpty()) {
      return;
    }
    Files.createDirectories(out.get());
    Files.writeString(out.get().resolve("config.yaml"), yaml);
    Files.writeString(out.get().resolve("report.json"), Json.write(report) + "\n");
    film.write(out.get().resolve("film.gif"));
    film.problem().ifPresent(p -> session.console().note("no film: " + p));
  }
}
