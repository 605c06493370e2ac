package dev.difftop.app.cli.env;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.hdf5.OutputFile;
import dev.difftop.learning.Policy;
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
      int successes;
      try (Driver driver = driver(environment)) {
        successes = run(environment, driver, routes);
      }
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

  /** An expert or a policy, acting in the episodes. */
  private interface Driver extends AutoCloseable {
    void begin(int episode, RandomStream random);

    double[] act(TimeStep now);

    @Override
    void close();
  }

  private record ExpertDriver(Expert expert, Environment.Simulator simulator) implements Driver {
    @Override
    public void begin(int episode, RandomStream random) {
      expert.begin(episode, random.child("expert"));
    }

    @Override
    public double[] act(TimeStep now) {
      return expert.act(simulator.simulatorState());
    }

    @Override
    public void close() {
      expert.close();
    }
  }

  private record PolicyDriver(TrainedPolicy trained, Policy.Actor actor) implements Driver {
    @Override
    public void begin(int episode, RandomStream random) {
      actor.reset(random.child("actor"));
    }

    @Override
    public double[] act(TimeStep now) {
      return actor.act(now.observation());
    }

    @Override
    public void close() {
      actor.close();
      trained.close();
    }
  }

  private Driver driver(Environment environment) {
    if (acting.run != null) {
      TrainedPolicy trained =
          TrainedPolicy.load(acting.run, TrainedPolicy.Which.LATEST, session.parts(), List.of());
      trained.policy().signature().check(environment.spec());
      return new PolicyDriver(trained, trained.policy().actor());
    }
    return new ExpertDriver(expert(environment), (Environment.Simulator) environment);
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

  /** Number of episodes that met the goal. */
  private int run(Environment environment, Driver driver, Routes routes) {
    int successes = 0;
    for (int e = 0; e < episodes; e++) {
      RandomStream random = RandomStream.root(seed).child("routes").child(e);
      TimeStep now = environment.reset(random.child("reset"));
      driver.begin(e, random);
      routes.begin(environment);
      boolean met = false;
      while (!now.isLast() && !met) {
        now = environment.step(driver.act(now));
        routes.accept(environment);
        met = environment instanceof Environment.Goal g && g.success().orElse(false);
      }
      successes += met ? 1 : 0;
    }
    return successes;
  }
}
