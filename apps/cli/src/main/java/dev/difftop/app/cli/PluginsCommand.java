package dev.difftop.app.cli;

import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import dev.difftop.assembly.Plugin;
import dev.difftop.assembly.Plugins;
import dev.difftop.assembly.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists what was found and what was refused. */
@Command(name = "plugins", description = "List the plugins that were found and those refused.")
final class PluginsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      completionCandidates = ServiceArgument.class,
      description = "Only those of: ${COMPLETION-CANDIDATES}.")
  private Optional<String> service = Optional.empty();

  PluginsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Optional<Class<?>> only = service.map(word -> ServiceArgument.parse(word).type());
    Plugins plugins = session.plugins();
    List<Plugin> found = only.map(plugins::of).orElse(plugins.found());
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("plugins", found.stream().map(PluginsCommand::document).toList());
    document.put("refused", plugins.refused().stream().map(PluginsCommand::document).toList());
    session.console().answer(document, lines(found, plugins.refused()));
    return 0;
  }

  private static List<String> lines(List<Plugin> found, List<Refusal> refused) {
    Table table = new Table("SERVICE", "NAME", "VERSION", "SOURCE", "SUMMARY");
    found.forEach(
        p -> table.row(p.service().word(), p.name(), p.version(), p.source(), p.summary()));
    List<String> lines = new ArrayList<>(table.lines());
    refused.forEach(r -> lines.add("refused " + r));
    return lines;
  }

  static Map<String, Object> document(Plugin plugin) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("service", plugin.service().word());
    one.put("name", plugin.name());
    one.put("summary", plugin.summary());
    one.put("module", plugin.module());
    one.put("version", plugin.version());
    one.put("source", plugin.source());
    return one;
  }

  private static Map<String, Object> document(Refusal refusal) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("source", refusal.source());
    one.put("reason", refusal.reason());
    return one;
  }
}
