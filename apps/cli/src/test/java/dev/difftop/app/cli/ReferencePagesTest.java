package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.Preset;
import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.control.ControlConfigurations;
import dev.difftop.assembly.KeyDescription;
import dev.difftop.assembly.Plugin;
import dev.difftop.assembly.Plugins;
import dev.difftop.assembly.Schema;
import dev.difftop.learning.run.RunSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The reference pages of the documentation are what the records and commands declare. {@code
 * -Ddifftop.docs.record=true} writes them anew.
 */
class ReferencePagesTest {
  private static final Path DOCS = Path.of("../../docs/reference").toAbsolutePath().normalize();
  private static final int WIDTH = 100;

  private final Plugins plugins = Plugins.discover();

  @Test
  void configurationIsDescribedAsItIs() throws IOException {
    StringBuilder page = new StringBuilder(HEAD.formatted("Configuration", "records"));
    page.append(
        """
        Types: `number?` may be left out, `[number]` is a list. A key of a plugin is written in the
        section that names it: `solver: {plugin: ilqr, tolerance: 1e-6}`, on the command line
        `policy.solver.tolerance=1e-6`. `difftop describe SERVICE NAME` prints one of these tables,
        also for plugins of one's own.
        """);
    Map<String, Class<? extends Record>> files = new TreeMap<>(ControlConfigurations.BY_COMMAND);
    files.put("train", RunSpec.class);
    page.append("\n## Files of commands\n");
    files.forEach(
        (command, type) -> {
          page.append("\n### difftop %s\n\n".formatted(command));
          table(page, Schema.of(type).describeKeys());
        });
    Map<String, List<Plugin>> services =
        plugins.found().stream()
            .filter(plugin -> plugin.module().startsWith("dev.difftop"))
            .collect(
                Collectors.groupingBy(
                    plugin -> PluginsCommand.document(plugin).get("service").toString(),
                    TreeMap::new,
                    Collectors.toList()));
    services.forEach(
        (service, found) -> {
          page.append("\n## %s\n".formatted(service));
          found.stream().sorted(Comparator.comparing(Plugin::name)).forEach(p -> plugin(page, p));
        });
    page.append(
        "\n## Presets\n\n`extends: preset:NAME` takes one as the base of a file; `difftop describe preset NAME` prints it.\n\n");
    plugins.presets().stream()
        .sorted(Comparator.comparing(Preset::name))
        .forEach(p -> page.append("- `%s`: %s\n".formatted(p.name(), p.summary())));
    check("configuration.md", page.toString());
  }

  private static void plugin(StringBuilder page, Plugin plugin) {
    page.append("\n### %s\n\n%s\n\n".formatted(plugin.name(), plugin.summary()));
    table(page, plugin.schema().describeKeys());
  }

  private static void table(StringBuilder page, List<KeyDescription> keys) {
    if (keys.isEmpty()) {
      page.append("No keys.\n");
      return;
    }
    page.append("| key | type | default | range | meaning |\n|---|---|---|---|---|\n");
    for (KeyDescription k : keys) {
      String fallback = k.defaultValue().orElse(k.required() ? "(required)" : "");
      page.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(k.key(), cell(k.type()), cell(fallback), cell(k.range()), cell(k.doc())));
    }
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  @Test
  void commandsAreDescribedAsTheyAre() throws IOException {
    StringBuilder page = new StringBuilder(HEAD.formatted("Commands", "commands"));
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Session session = new Session(new Console(nowhere, nowhere));
    usage(page, new CommandLineApplication(session).commands());
    check("commands.md", page.toString());
  }

  private static void usage(StringBuilder page, CommandLine command) {
    command.setUsageHelpAutoWidth(false);
    command.setUsageHelpWidth(WIDTH);
    String text =
        command
            .getUsageMessage(Ansi.OFF)
            .lines()
            .map(String::stripTrailing)
            .collect(Collectors.joining("\n"));
    page.append(
        "\n## %s\n\n```text\n%s\n```\n".formatted(command.getCommandSpec().qualifiedName(), text));
    command.getSubcommands().values().stream().distinct().forEach(sub -> usage(page, sub));
  }

  private static final String HEAD =
      """
      # %s

      Written by the build from the %s themselves; a test compares.

      """;

  private static void check(String name, String text) throws IOException {
    Path page = DOCS.resolve(name);
    if (Boolean.getBoolean("difftop.docs.record")) {
      Files.createDirectories(DOCS);
      Files.writeString(page, text);
    }
    assertEquals(
        Files.readString(page),
        text,
        "docs/reference/"
            + name
            + " is not what the code declares; write it anew with"
            + " mvn -pl apps/cli -am test -Dtest=ReferencePagesTest -Ddifftop.docs.record=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false");
  }
}
