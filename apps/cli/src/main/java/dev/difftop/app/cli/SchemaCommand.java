package dev.difftop.app.cli;

import dev.difftop.api.config.Nearest;
import dev.difftop.app.cli.console.Json;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.cli.control.ControlConfigurations;
import dev.difftop.assembly.JsonSchema;
import dev.difftop.learning.run.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the JSON schema of a configuration file. */
@Command(
    name = "schema",
    description = "Print the JSON schema of a configuration file, for editors.")
final class SchemaCommand implements Callable<Integer> {
  private static final Map<String, Class<? extends Record>> CONFIGURATIONS =
      new TreeMap<>(ControlConfigurations.BY_COMMAND);

  static {
    CONFIGURATIONS.put("train", RunSpec.class);
  }

  private final Session session;

  @Parameters(
      paramLabel = "NAME",
      description = "The command whose file it is: collect, play, train.")
  private String name;

  SchemaCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Class<? extends Record> type = CONFIGURATIONS.get(name);
    if (type == null) {
      throw new UsageException(
          "NAME",
          "no configuration named \"%s\"%s; there are %s"
              .formatted(
                  name,
                  Nearest.hint(name, CONFIGURATIONS.keySet()),
                  String.join(", ", CONFIGURATIONS.keySet())));
    }
    Map<String, Object> schema =
        JsonSchema.of(type, "difftop " + name + " configuration", session.plugins());
    session.console().answer(schema, List.of(Json.write(schema)));
    return 0;
  }
}
