package dev.difftop.app.cli.control;

import dev.difftop.api.array.RandomStream;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.Expert;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.learning.rollout.CollectionSettings;
import dev.difftop.learning.rollout.Collector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Collects demonstrations: from a planner on the true physics, or, where the configuration names
 * one, from an expert that the environment brings.
 */
@Command(
    name = "collect",
    description =
        "Collect demonstrations from a planner on the true physics, or from an expert of the"
            + " environment.")
public final class CollectCommand implements Callable<Integer> {
  private final Session session;

  @CommandLine.Parameters(
      index = "0",
      paramLabel = "TASK",
      description =
          "A task that a planner comes along for, or a CONFIG.yaml: which planner or expert,"
              + " in which environment.")
  private String task;

  @CommandLine.Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Overrides of the configuration.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.hdf5",
      description = "Where the demonstrations go, in robomimic layout.")
  private Path out;

  @Option(
      names = "--append",
      description =
          "Add to FILE.hdf5, which must be there; with a seed that it was made with, the episodes"
              + " after those that were tried.")
  private boolean append;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  private boolean overwrite;

  @Option(
      names = "--dry-run",
      description = "Assemble, check every shape, show the resolved configuration, run nothing.")
  private boolean dryRun;

  CollectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    boolean namesExpert =
        Planners.isFile(task) && (mentions(ExpertConfig.KEY) || mentions(ExpertConfig.FORMER_KEY));
    return namesExpert ? demonstrate() : plan();
  }

  private boolean mentions(String key) throws IOException {
    return session.configurations().mentions(Path.of(task), overrides, key);
  }

  private <R extends Record> R read(Configuration<R> read) {
    read.notes().forEach(session.console()::note);
    return read.value();
  }

  private void show(Configuration<?> read) {
    session.console().answer(Map.of("config", read.document()), read.yaml().lines().toList());
  }

  /** Lets one of the environment's own experts act. */
  private int demonstrate() throws IOException {
    Configuration<ExpertConfig> read =
        session.configurations().read(ExpertConfig.class, Path.of(task), overrides);
    ExpertConfig settings = read(read);
    RandomStream random = RandomStream.root(settings.seed());
    try (Environment environment = Assembly.withoutEngine().make(settings.environment(), random);
        Expert expert = named(settings.expert(), environment)) {
      if (dryRun) {
        show(read);
        return 0;
      }
      return collect(
          settings.environment(),
          environment,
          expert,
          settings.collection(),
          settings.seed(),
          Map::of);
    }
  }

  private static Expert named(String name, Environment environment) {
    try {
      if (environment instanceof Environment.Experts all) {
        return all.expert(name);
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("expert", "expert: " + e.getMessage());
    }
    throw new UsageException(
        "expert",
        "expert: found %s, but %s has no experts; leave it out to let a planner act"
            .formatted(name, environment.spec().task()));
  }

  /** Lets a planner act. */
  private int plan() throws IOException {
    Configuration<CollectConfig> read =
        Planners.read(session, CollectConfig.class, task, overrides);
    CollectConfig settings = read(read);
    return Planners.use(
        settings,
        (environment, planner) -> {
          if (dryRun) {
            show(read);
            return 0;
          }
          return collect(
              settings.environment(),
              environment,
              planner,
              settings.collection(),
              settings.seed(),
              () -> Planners.report(planner, settings.planner()));
        });
  }

  private int collect(
      Choice<Environment> chosen,
      Environment environment,
      Expert expert,
      CollectionSettings settings,
      long seed,
      Supplier<Map<String, Object>> more)
      throws IOException {
    Collector collector = new Collector(environment, expert, settings);
    return new Collection(session, out, append, overwrite, chosen, environment, seed, settings)
        .run(collector, more);
  }
}
