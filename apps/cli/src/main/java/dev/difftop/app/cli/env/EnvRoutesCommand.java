package dev.difftop.app.cli.env;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.hdf5.output.OutputFile;
import dev.difftop.learning.Policy;
import dev.difftop.learning.rollout.Rollout;
import dev.difftop.learning.run.StopSignal;
import dev.difftop.learning.run.TrainedPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the routes that an expert or a trained policy takes. */
@Command(
    name = "routes",
    description =
        "Draw the paths of episodes of an expert or a trained policy in the plane, coloured by"
            + " outcome.")
final class EnvRoutesCommand implements Callable<Integer> {
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

  @ArgGroup(multiplicity = "1")
  private Acting acting;

  /** Who acts. */
  private static final class Acting {
    @Option(
        names = "--expert",
        paramLabel = "NAME",
        description = "An expert acts; see 'difftop env describe TASK'.")
    private String expert;

    @Option(names = "--run", paramLabel = "DIR", description = "The policy of this run acts.")
    private Path run;

    @Override
    public String toString() {
      return expert == null ? "policy of " + run.getFileName() : "expert " + expert;
    }
  }

  @Option(names = "--out", required = true, paramLabel = "FILE.svg", description = "The drawing.")
  private Path out;

  @Option(names = "--episodes", defaultValue = "96", description = "(${DEFAULT-VALUE}).")
  private int episodes;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of first states and of all that is drawn while acting (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  private boolean overwrite;

  EnvRoutesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (episodes < 1) {
      throw new UsageException(
          "--episodes", "--episodes: found " + episodes + ", expected 1 or more");
    }
    try (OutputFile file = OutputFile.create(out, overwrite);
        Environment environment = session.make(new Tasks(session).choose(task, settings))) {
      String title = environment.spec().task() + ", " + acting;
      Routes routes =
          Routes.of(environment, title)
              .orElseThrow(
                  () -> new UsageException("TASK", task + ": an episode is no path in a plane"));
      int successes = run(environment, routes);
      routes.write(file.draft());
      file.publish();
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("task", environment.spec().task());
      document.put("file", out.toString());
      document.put("episodes", episodes);
      document.put("success_any", successes / (double) episodes);
      document.put("outcomes", routes.counts());
      document.put("outcome_entropy", routes.entropy());
      session.console().answerPlainly(document);
    }
    return 0;
  }

  /** An expert, acting in episodes that it counts. */
  private static final class ExpertActor implements Policy.Actor {
    private final Expert expert;
    private final Environment.Simulator simulator;
    private int episode;

    ExpertActor(Expert expert, Environment.Simulator simulator) {
      this.expert = expert;
      this.simulator = simulator;
    }

    @Override
    public void reset(RandomStream random) {
      expert.begin(episode++, random);
    }

    @Override
    public double[] act(Map<String, Array> observation) {
      return expert.act(simulator.simulatorState());
    }

    @Override
    public void close() {
      expert.close();
    }
  }

  /** Draws every episode, up to its goal. */
  private record Drawn(Routes routes, Environment environment) implements Rollout.Listener {
    @Override
    public void begin(TimeStep first) {
      routes.begin(environment);
    }

    @Override
    public boolean after(Rollout.Step step) {
      routes.accept(environment);
      return step.success().orElse(false);
    }
  }

  /** Runs all episodes; number of those that met the goal. */
  private int run(Environment environment, Routes routes) {
    if (acting.run == null) {
      try (Policy.Actor actor =
          new ExpertActor(expert(environment), (Environment.Simulator) environment)) {
        return run(environment, actor, routes);
      }
    }
    try (TrainedPolicy trained =
            TrainedPolicy.load(acting.run, TrainedPolicy.Which.LATEST, session.parts(), List.of());
        Policy.Actor actor = trained.policy().actor()) {
      trained.policy().signature().check(environment.spec());
      return run(environment, actor, routes);
    }
  }

  private Expert expert(Environment environment) {
    if (environment instanceof Environment.Experts all) {
      try {
        return all.expert(acting.expert);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--expert", "--expert: " + e.getMessage());
      }
    }
    throw new UsageException("--expert", "--expert: %s has no experts".formatted(task));
  }

  private int run(Environment environment, Policy.Actor actor, Routes routes) {
    Rollout rollout = new Rollout(environment, actor, StopSignal.NEVER);
    RandomStream random = RandomStream.root(seed).child("routes");
    int successes = 0;
    for (int e = 0; e < episodes; e++) {
      Rollout.Episode episode = rollout.run(random.child(e), new Drawn(routes, environment));
      successes += episode.successAny().orElse(false) ? 1 : 0;
    }
    return successes;
  }
}
