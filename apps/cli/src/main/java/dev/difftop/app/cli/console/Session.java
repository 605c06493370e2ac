package dev.difftop.app.cli.console;

import dev.difftop.api.PartFactory;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.Engine;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.DiscoveredParts;
import dev.difftop.assembly.Plugin;
import dev.difftop.assembly.Plugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What all commands of one run of the application share. Made once; plugins are found once. */
public final class Session {
  private final Console console;
  private Optional<Path> pluginFolder = Optional.empty();
  private boolean debug;
  private Plugins plugins;

  public Session(Console console) {
    this.console = console;
  }

  public Console console() {
    return console;
  }

  /** The folder of plugins that the user named. */
  public void usePlugins(Path folder) {
    pluginFolder = Optional.of(folder);
  }

  public void useDebug() {
    debug = true;
  }

  public boolean isDebug() {
    return debug;
  }

  /** The folder in which plugins are searched: what the user named, else what the launcher did. */
  public Optional<Path> pluginFolder() {
    return pluginFolder.or(
        () -> Optional.ofNullable(System.getProperty("difftop.plugins")).map(Path::of));
  }

  /** The folder of plugins that the user named. */
  public Optional<Path> namedPluginFolder() {
    return pluginFolder;
  }

  public Plugins plugins() {
    if (plugins == null) {
      pluginFolder
          .filter(folder -> !Files.isDirectory(folder))
          .ifPresent(
              folder -> {
                throw new UsageException("--plugins", "there is no folder " + folder);
              });
      plugins = pluginFolder().map(Plugins::discover).orElseGet(Plugins::discover);
    }
    return plugins;
  }

  /** Makes parts of the plugins that were found. */
  public PartFactory parts() {
    return DiscoveredParts.of(plugins());
  }

  public Configurations configurations() {
    return new Configurations(plugins());
  }

  /** Makes parts with the engine of that name; without a name, with the first there is. */
  public Assembly assembly(Optional<String> engine) {
    return assembly(engine, List.of());
  }

  /**
   * The same with settings of the engine.
   *
   * @param overrides {@code key=value} for its configuration
   */
  public Assembly assembly(Optional<String> engine, List<String> overrides) {
    return new Assembly(
        configurations().choose(Engine.class, engine.orElseGet(this::defaultEngine), overrides));
  }

  private String defaultEngine() {
    return plugins().of(Engine.class).stream()
        .map(Plugin::name)
        .findFirst()
        .orElseThrow(() -> new UsageException("", plugins().explainMissing(Engine.class, "any")));
  }

  /** Makes one part that has nothing to do with others, such as an environment. */
  public <T> T make(Choice<T> choice) {
    return Assembly.withoutEngine().make(choice, RandomStream.root(0));
  }
}
