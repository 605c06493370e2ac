package dev.difftop.app.cli.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.app.cli.console.Documents;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Interruption;
import dev.difftop.app.cli.console.Progress;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.env.Video;
import dev.difftop.app.cli.train.RunPlay;
import dev.difftop.learning.rollout.RecedingHorizon;
import dev.difftop.learning.run.RunFolder;
import dev.difftop.learning.run.TrainedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    description =
        "Let a planner, or the policy of a run, act in an environment: plan, act, plan again; video"
            + " and report.")
public final class PlayCommand implements Callable<Integer> {
  private final Session session;

  @CommandLine.Parameters(
      index = "0",
      paramLabel = "TASK|RUN",
      description =
          "A task that a planner comes along for, a FILE.yaml with one's own, or a run folder,"
              + " whose policy then acts.")
  private String task;

  @CommandLine.Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Overrides, such as solver=ilqr dynamics=mujoco planner.deadline-ms=20.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--steps", paramLabel = "N", description = "Steps (default: an episode).")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where rollout.gif, report.json and config.yaml go; without it nothing is written.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of the first state (default: that of the configuration).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--best",
      description = "Of a run, the policy of the best evaluation instead of the last one.")
  private boolean best;

  @Option(names = "--overwrite", description = "Replace the files of an earlier run in DIR.")
  private boolean overwrite;

  PlayCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (steps.orElse(1) < 1) {
      throw new UsageException("--steps", "--steps: found " + steps.get() + ", expected 1 or more");
    }
    if (Files.isDirectory(Path.of(task))) {
      return playRun(Path.of(task));
    }
    if (best) {
      throw new UsageException("--best", "--best: found task %s, expected a run".formatted(task));
    }
    seed.ifPresent(s -> overrides.add("seed=" + s));
    Configuration<PlayConfig> read = Planners.read(session, PlayConfig.class, task, overrides);
    read.notes().forEach(session.console()::note);
    return Planners.use(read.value(), (environment, planner) -> play(read, environment, planner));
  }

  private int playRun(Path run) throws IOException {
    PlayFolder folder = new PlayFolder(session, out, overwrite);
    TrainedPolicy.Which which = best ? TrainedPolicy.Which.BEST : TrainedPolicy.Which.LATEST;
    try (Interruption interruption = Interruption.watch(session.console());
        RunPlay play = new RunPlay(session, run, which, overrides)) {
      Video video = folder.isPresent() ? play.video() : Video.none();
      Map<String, Object> report = play.run(steps, seed, video, interruption);
      folder.write(video, report, Files.readString(RunFolder.open(run).config()));
      session.console().answerPlainly(report);
      if (interruption.isRequested()) {
        session.console().note("stopped");
        return Failure.RUN_FAILED;
      }
      return report.get("failure").equals("") ? 0 : Failure.RUN_FAILED;
    }
  }

  /** Plays, answers, and gives the exit status. */
  private int play(Configuration<PlayConfig> read, Environment environment, RecedingHorizon planner)
      throws IOException {
    PlayFolder folder = new PlayFolder(session, out, overwrite);
    Video video = out.isPresent() ? new Video(environment) : Video.none();
    Play play = new Play(environment, planner, read.value(), video);
    try (Interruption interruption = Interruption.watch(session.console())) {
      play.run(interruption);
      Map<String, Object> report = play.report();
      folder.write(video, report, read.yaml());
      session.console().answerPlainly(report);
    }
    if (play.failure().isEmpty()) {
      return 0;
    }
    session.console().note(play.failure());
    return Failure.RUN_FAILED;
  }

  /** One episode, or the beginning of one. */
  private final class Play {
    private final Environment environment;
    private final RecedingHorizon planner;
    private final PlayConfig settings;
    private final Video video;
    private final List<Double> rewards = new ArrayList<>();
    private TimeStep now;
    private String planFailure = "";

    Play(Environment environment, RecedingHorizon planner, PlayConfig settings, Video video) {
      this.environment = environment;
      this.planner = planner;
      this.settings = settings;
      this.video = video;
    }

    private void setStart(Environment.Simulator simulator) {
      try {
        simulator.checkStart(settings.start());
        simulator.setSimulatorState(settings.start());
      } catch (IllegalArgumentException e) {
        throw new UsageException("start", "start: " + e.getMessage());
      }
    }

    void run(Interruption interruption) {
      RandomStream random = RandomStream.root(settings.seed());
      RandomStream noise = random.child("noise");
      Environment.Simulator simulator = (Environment.Simulator) environment;
      now = environment.reset(random.child("reset"));
      planner.begin(random.child("planner"));
      if (settings.start().length > 0) {
        setStart(simulator);
      }
      int most = Math.min(steps.orElse(Integer.MAX_VALUE), environment.spec().episodeSteps());
      video.accept(environment);
      try (Progress progress = new Progress(session.console(), "step")) {
        while (!now.isLast() && rewards.size() < most && !interruption.isRequested()) {
          Optional<double[]> planned = plan(simulator.simulatorState());
          if (planned.isEmpty()) {
            return;
          }
          double[] action = planned.get();
          for (int j = 0; j < action.length; j++) {
            action[j] += settings.noise() * noise.nextGaussian();
          }
          now = environment.step(action);
          rewards.add(now.reward());
          video.accept(environment);
          progress.at(rewards.size(), most, "reward " + Documents.number(now.reward()));
        }
      }
    }

    /** The planner's action; empty if it finds none. */
    private Optional<double[]> plan(double[] state) {
      try {
        return Optional.of(planner.act(state));
      } catch (IllegalStateException e) {
        planFailure = "step %d: %s".formatted(rewards.size(), e.getMessage());
        return Optional.empty();
      }
    }

    /** Why it broke off; empty if it did not. */
    String failure() {
      return planFailure.isEmpty() ? now.reason() : planFailure;
    }

    Map<String, Object> report() {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("task", environment.spec().task());
      report.put("dynamics", settings.dynamics().toString());
      report.put("solver", settings.solver().toString());
      report.put("steps", rewards.size());
      report.put("return", rewards.stream().mapToDouble(r -> r).sum());
      report.put("last_reward", rewards.isEmpty() ? 0 : rewards.get(rewards.size() - 1));
      report.put("failure", failure());
      report.put("step_ms", 1000 * environment.spec().controlTimestep());
      report.putAll(Planners.report(planner, settings.planner()));
      report.put("rewards", rewards.stream().mapToDouble(r -> r).toArray());
      return report;
    }
  }
}
