package dev.difftop.app.cli;

import dev.difftop.api.config.Nearest;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.control.ControlConfigurations;
import dev.difftop.app.experiments.sweep.SweepSchema;
import dev.difftop.app.reference.format.ProblemSchema;
import dev.difftop.assembly.JsonSchema;
import dev.difftop.assembly.Plugins;
import dev.difftop.learning.run.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the JSON schema of a file that a command reads. */
@Command(
    name = "schema",
    description = "Print the JSON schema of a configuration, sweep or problem file, for editors.")
final class SchemaCommand implements Callable<Integer> {
  private static final Map<String, Class<? extends Record>> CONFIGURATIONS =
      new TreeMap<>(ControlConfigurations.BY_COMMAND);
  private static final String TRAIN = "train";

  /** By name, those that are no record. */
  private static final Map<String, Function<Plugins, Map<String, Object>>> FILES =
      Map.of(
          "problem", plugins -> ProblemSchema.document(),
          "sweep", plugins -> SweepSchema.document(configuration(TRAIN, plugins)));

  static {
    CONFIGURATIONS.put(TRAIN, RunSpec.class);
  }

  private final Session session;

  @Parameters(
      paramLabel = "NAME",
      description = "What the file is for: collect, play, problem, sweep, train.")
  private String name;

  SchemaCommand(Session session) {
    this.session = session;
  }

  private static Map<String, Object> configuration(String name, Plugins plugins) {
    return JsonSchema.of(CONFIGURATIONS.get(name), "difftop " + name + " configuration", plugins);
  }

  @Override
  public Integer call() {
    Set<String> names = new TreeSet<>(CONFIGURATIONS.keySet());
    names.addAll(FILES.keySet());
    if (!names.contains(name)) {
      throw new UsageException(
          "NAME",
          "no schema named \"%s\"%s; there are %s"
              .formatted(name, Nearest.hint(name, names), String.join(", ", names)));
    }
    Map<String, Object> schema =
        FILES.getOrDefault(name, plugins -> configuration(name, plugins)).apply(session.plugins());
    session.console().answer(schema, List.of(Json.write(schema)));
    return 0;
  }
}
