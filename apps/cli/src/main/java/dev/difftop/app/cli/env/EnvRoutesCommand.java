package dev.difftop.app.cli.env;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.Expert;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.hdf5.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the routes that an expert takes. */
@Command(
    name = "routes",
    description = "Draw the paths of an expert's episodes in the plane, coloured by outcome.")
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

  @Option(
      names = "--expert",
      required = true,
      paramLabel = "NAME",
      description = "Who acts; see 'difftop env describe TASK'.")
  private String name;

  @Option(names = "--out", required = true, paramLabel = "FILE.svg", description = "The drawing.")
  private Path out;

  @Option(names = "--episodes", defaultValue = "96", description = "(${DEFAULT-VALUE}).")
  private int episodes;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of first states and of the expert (${DEFAULT-VALUE}).")
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
      String title = environment.spec().task() + ", expert " + name;
      Routes routes =
          Routes.of(environment, title)
              .orElseThrow(
                  () -> new UsageException("TASK", task + ": an episode is no path in a plane"));
      int successes;
      try (Expert expert = expert(environment)) {
        successes = run(environment, expert, routes);
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

  private Expert expert(Environment environment) {
    if (environment instanceof Environment.Experts all) {
      try {
        return all.expert(name);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--expert", "--expert: " + e.getMessage());
      }
    }
    throw new UsageException("--expert", "--expert: %s has no experts".formatted(task));
  }

  /** Number of episodes that met the goal. */
  private int run(Environment environment, Expert expert, Routes routes) {
    int successes = 0;
    Environment.Simulator simulator = (Environment.Simulator) environment;
    for (int e = 0; e < episodes; e++) {
      RandomStream random = RandomStream.root(seed).child("routes").child(e);
      TimeStep now = environment.reset(random.child("reset"));
      expert.begin(e, random.child("expert"));
      routes.begin(environment);
      boolean met = false;
      while (!now.isLast() && !met) {
        now = environment.step(expert.act(simulator.simulatorState()));
        routes.accept(environment);
        met = environment instanceof Environment.Goal g && g.success().orElse(false);
      }
      successes += met ? 1 : 0;
    }
    return successes;
  }
}
