package dev.difftop.assembly;

import dev.difftop.api.Chosen;
import dev.difftop.api.ChosenByName;
import dev.difftop.api.Collaborators;
import dev.difftop.api.PartFactory;
import dev.difftop.api.PluginInfo;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.program.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The part factory over the plugins that were found. */
public final class DiscoveredParts implements PartFactory {
  private final Plugins plugins;
  private final Configurations configurations;
  private final Assembly assembly;

  private DiscoveredParts(Plugins plugins, Assembly assembly) {
    this.plugins = plugins;
    this.configurations = new Configurations(plugins);
    this.assembly = assembly;
  }

  /** Over these plugins, with the only engine among them. */
  public static DiscoveredParts of(Plugins plugins) {
    return new DiscoveredParts(plugins, new Assembly(() -> onlyEngine(plugins)));
  }

  /** Found by {@link java.util.ServiceLoader}. */
  public static final class Discoverer implements Finder {
    @Override
    public PartFactory find(Optional<Path> folder) {
      return of(folder.map(Plugins::discover).orElseGet(Plugins::discover));
    }
  }

  private static Choice<Engine> onlyEngine(Plugins plugins) {
    List<Plugin> engines = plugins.of(Engine.class);
    if (engines.size() != 1) {
      String found = engines.stream().map(Plugin::name).collect(Collectors.joining(", "));
      throw new IllegalStateException(
          engines.isEmpty()
              ? plugins.explainMissing(Engine.class, "any")
              : "found the engines %s; choose one with withEngine".formatted(found));
    }
    return new Configurations(plugins).choose(Engine.class, engines.get(0).name(), List.of());
  }

  @Override
  public PartFactory withEngine(Chosen<Engine> engine) {
    return new DiscoveredParts(plugins, new Assembly(Choice.of(found(engine))));
  }

  @Override
  public <T> Chosen<T> choose(Class<T> service, Record configuration) {
    List<Plugin> matching =
        plugins.of(Services.require(service).type()).stream()
            .filter(p -> p.schema().type() == configuration.getClass())
            .toList();
    if (matching.size() != 1) {
      throw new IllegalArgumentException(
          "%s is the configuration of %s, expected one plugin of service %s"
              .formatted(
                  configuration.getClass().getName(),
                  matching.isEmpty() ? "none" : matching,
                  Services.require(service).word()));
    }
    return new Choice<>(matching.get(0), configurations.resolve(configuration).value(), plugins);
  }

  @Override
  public <T> Chosen<T> choose(Class<T> service, String name, Record configuration) {
    Plugin plugin = configurations.find(service, name);
    if (plugin.schema().type() != configuration.getClass()) {
      throw new IllegalArgumentException(
          "%s: found the configuration %s, expected %s"
              .formatted(
                  plugin, configuration.getClass().getName(), plugin.schema().type().getName()));
    }
    return new Choice<>(plugin, configurations.resolve(configuration).value(), plugins);
  }

  @Override
  public <T> Chosen<T> choose(Class<T> service, String name) {
    return configurations.choose(service, name, List.of());
  }

  @Override
  public <R extends Record> Configuration<R> configuration(
      Class<R> type, Path yaml, List<String> overrides) {
    return configurations.read(type, yaml, overrides);
  }

  @Override
  public <R extends Record> Configuration<R> resolve(R configuration) {
    return configurations.resolve(configuration);
  }

  @Override
  public List<PluginInfo> plugins() {
    return plugins.found().stream().map(Plugin::info).toList();
  }

  @Override
  public List<PluginInfo> plugins(Record configuration) {
    return Schema.of(configuration.getClass()).choices(configuration).stream()
        .map(Choice::plugin)
        .distinct()
        .map(Plugin::info)
        .toList();
  }

  @Override
  public <T> T make(Chosen<T> choice) {
    return assembly.make(found(choice));
  }

  @Override
  public <T> T make(Chosen<T> choice, Collaborators collaborators) {
    return assembly.make(found(choice), collaborators);
  }

  private <T> Chosen<T> found(Chosen<T> choice) {
    return choice instanceof ChosenByName<T> named ? choose(named.service(), named.name()) : choice;
  }

  @Override
  public Engine engine() {
    return assembly.engine();
  }
}
