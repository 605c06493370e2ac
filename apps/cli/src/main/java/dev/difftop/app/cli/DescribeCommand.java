package dev.difftop.app.cli;

import dev.difftop.api.Preset;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.KeyDescription;
import dev.difftop.assembly.Plugin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the configuration keys of a plugin. */
@Command(
    name = "describe",
    description = {
      "Show every configuration key of a plugin.",
      "describe preset lists the configurations that ship with plugins; describe preset NAME shows"
          + " one."
    })
final class DescribeCommand implements Callable<Integer> {
  private static final String PRESET = "preset";

  private final Session session;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SERVICE",
      completionCandidates = ServiceArgument.class,
      description = "One of: ${COMPLETION-CANDIDATES}; or preset.")
  private String service;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The name of the plugin or preset.")
  private Optional<String> name = Optional.empty();

  DescribeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (service.equals(PRESET)) {
      return name.isEmpty() ? listPresets() : showPreset(name.get());
    }
    return describe(
        name.orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "Missing required parameter: 'NAME'; `difftop plugins` lists them")));
  }

  private int listPresets() {
    List<Preset> presets = session.plugins().presets();
    Table table = new Table("PRESET", "SUMMARY");
    presets.forEach(preset -> table.row(preset.name(), preset.summary()));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("presets", presets.stream().map(DescribeCommand::document).toList());
    session
        .console()
        .answer(document, presets.isEmpty() ? List.of("no plugin has presets") : table.lines());
    return 0;
  }

  private int showPreset(String wanted) {
    Preset preset =
        session.plugins().presets().stream()
            .filter(p -> p.name().equals(wanted))
            .findFirst()
            .orElseThrow(
                () -> new UsageException("NAME", session.plugins().explainMissingPreset(wanted)));
    Map<String, Object> document = document(preset);
    document.put("yaml", preset.yaml());
    List<String> lines = new ArrayList<>(List.of("# " + preset.summary()));
    preset.yaml().lines().forEach(lines::add);
    session.console().answer(document, lines);
    return 0;
  }

  private static Map<String, Object> document(Preset preset) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", preset.name());
    one.put("summary", preset.summary());
    return one;
  }

  private int describe(String name) {
    Class<?> of = ServiceArgument.parse(service).type();
    Plugin plugin =
        session
            .plugins()
            .find(of, name)
            .orElseThrow(
                () -> new UsageException("NAME", session.plugins().explainMissing(of, name)));
    List<KeyDescription> keys = plugin.schema().describeKeys();
    Map<String, Object> document = PluginsCommand.document(plugin);
    document.put("keys", keys.stream().map(DescribeCommand::document).toList());
    session.console().answer(document, lines(plugin, keys));
    return 0;
  }

  private static List<String> lines(Plugin plugin, List<KeyDescription> keys) {
    List<String> lines = new ArrayList<>();
    lines.add("%s: %s".formatted(plugin, plugin.summary()));
    lines.add(
        "module %s%s, from %s"
            .formatted(
                plugin.module(),
                plugin.version().isEmpty() ? "" : " " + plugin.version(),
                plugin.source()));
    if (keys.isEmpty()) {
      lines.add("It has no configuration.");
      return lines;
    }
    lines.add("");
    Table table = new Table("KEY", "TYPE", "DEFAULT", "RANGE", "MEANING");
    keys.forEach(k -> table.row(k.key(), k.type(), defaultOf(k), k.range(), k.doc()));
    lines.addAll(table.lines());
    return lines;
  }

  private static String defaultOf(KeyDescription key) {
    return key.defaultValue().orElse(key.required() ? "(required)" : "(none)");
  }

  private static Map<String, Object> document(KeyDescription key) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("key", key.key());
    one.put("type", key.type());
    one.put("default", key.defaultValue().orElse(null));
    one.put("required", key.required());
    one.put("range", key.range());
    one.put("doc", key.doc());
    return one;
  }
}
