package dev.difftop.app.cli;

import dev.difftop.api.DType;
import dev.difftop.api.DataException;
import dev.difftop.api.Dataset;
import dev.difftop.api.DatasetProvider;
import dev.difftop.api.Environment;
import dev.difftop.api.EnvironmentSpec;
import dev.difftop.api.RandomStream;
import dev.difftop.api.Shape;
import dev.difftop.api.Shapes;
import dev.difftop.app.assembly.Assembly;
import dev.difftop.app.assembly.Configuration;
import dev.difftop.app.assembly.Planning;
import dev.difftop.app.assembly.PlanningAssembly;
import dev.difftop.app.assembly.PlanningChoices;
import dev.difftop.app.assembly.Service;
import dev.difftop.learning.Collector;
import dev.difftop.learning.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Collects demonstrations from a planner on the true physics. */
@Command(
    name = "collect",
    description = "Let a planner on the true physics act, and write what it did as demonstrations.")
final class CollectCommand implements Callable<Integer> {
  private static final String FORMAT = "robomimic";

  private final Session session;

  @CommandLine.Parameters(
      index = "0",
      paramLabel = "CONFIG.yaml",
      description = "Which planner, in which environment.")
  private Path config;

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
      names = "--dry-run",
      description = "Assemble, check every shape, show the resolved configuration, run nothing.")
  private boolean dryRun;

  CollectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Configuration<CollectConfig> read =
        session.configurations().read(CollectConfig.class, config, overrides);
    read.notes().forEach(session.console()::note);
    CollectConfig settings = read.value();
    Assembly assembly = new Assembly(settings.engine());
    RandomStream random = RandomStream.root(settings.seed());
    try (Environment environment = assembly.make(settings.environment(), random)) {
      Planning planning = assemble(assembly, settings, environment, random);
      try (var solver = planning.solver()) {
        if (dryRun) {
          session.console().answer(Map.of("config", read.document()), read.yaml().lines().toList());
          return 0;
        }
        Parameters parameters =
            new Parameters(
                assembly.engine(),
                DType.FLOAT64,
                planning.spec().parameters(),
                random.child("parameters"));
        Collector collector =
            new Collector(
                environment, planning.spec(), parameters.arrays(), solver, settings.collection());
        collect(collector, settings, environment.spec(), random);
      }
    }
    return 0;
  }

  private static Planning assemble(
      Assembly assembly, CollectConfig settings, Environment environment, RandomStream random) {
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

  private void collect(
      Collector collector, CollectConfig settings, EnvironmentSpec spec, RandomStream random)
      throws IOException {
    if (out.toAbsolutePath().getParent() != null) {
      Files.createDirectories(out.toAbsolutePath().getParent());
    }
    int episodes = settings.collection().episodes();
    List<Double> converged = new ArrayList<>();
    try (Interruption interruption = Interruption.watch(session.console());
        Progress progress = new Progress(session.console(), "episode")) {
      double[] returns;
      try (Dataset.Writer writer = writer(settings, spec)) {
        returns =
            orAbandon(
                writer,
                () ->
                    collector.run(
                        random.child("collect"),
                        writer,
                        (episode, episodeReturn, share) -> {
                          converged.add(share);
                          progress.at(
                              episode, episodes, "return " + Documents.number(episodeReturn));
                          return interruption.isRequested();
                        }));
      } catch (DataException e) {
        throw new IOException("cannot write: " + e.getMessage(), e);
      }
      answer(spec, returns, converged, episodes);
    }
  }

  /** An interrupted collection is kept; a failed one leaves an older file as it was. */
  private static double[] orAbandon(Dataset.Writer writer, Supplier<double[]> collection) {
    try {
      return collection.get();
    } catch (RuntimeException | Error e) {
      writer.abandon();
      throw e;
    }
  }

  private Dataset.Writer writer(CollectConfig settings, EnvironmentSpec spec) {
    Map<String, Object> envArgs = new LinkedHashMap<>();
    envArgs.put("env_name", spec.task());
    envArgs.put("type", 2);
    envArgs.put("env_kwargs", settings.environment().document());
    DatasetProvider<?> provider =
        session
            .plugins()
            .find(Service.DATASET, FORMAT)
            .map(p -> (DatasetProvider<?>) p.provider())
            .orElseThrow(
                () ->
                    new UsageException(
                        "--out", session.plugins().explainMissing(Service.DATASET, FORMAT)));
    return provider
        .writer(out, Map.of("env_args", Json.write(envArgs)))
        .orElseThrow(() -> new UsageException("--out", "format " + FORMAT + " cannot be written"));
  }

  private void answer(
      EnvironmentSpec spec, double[] returns, List<Double> converged, int episodes) {
    double mean = Arrays.stream(returns).average().orElse(Double.NaN);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", out.toString());
    document.put("task", spec.task());
    document.put("episodes", returns.length);
    document.put("complete", returns.length == episodes);
    document.put("returns", returns);
    document.put("mean", mean);
    document.put("min", Arrays.stream(returns).min().orElse(Double.NaN));
    document.put("max", Arrays.stream(returns).max().orElse(Double.NaN));
    document.put("converged", converged.stream().mapToDouble(c -> c).average().orElse(Double.NaN));
    session.console().answerPlainly(document);
  }
}
