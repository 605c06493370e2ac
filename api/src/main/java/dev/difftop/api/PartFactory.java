package dev.difftop.api;

import dev.difftop.api.config.Configuration;
import dev.difftop.api.program.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The plugins that an application finds, what configurations choose from them, and the parts made
 * from those choices: the entry point for programs that embed the framework. Works on the module
 * path and on the class path.
 */
public interface PartFactory extends Parts {
  /** Implements {@link #discover()}; provided by the assembly module. */
  interface Finder {
    /**
     * Finds plugins.
     *
     * @param plugins a folder with one sub-folder for each further plugin
     */
    PartFactory find(Optional<Path> plugins);
  }

  /**
   * With the plugins on the module path or class path.
   *
   * @throws IllegalStateException if the assembly module is missing
   */
  static PartFactory discover() {
    return finder().find(Optional.empty());
  }

  /**
   * With the plugins on the module path or class path and those of a folder.
   *
   * @param plugins holds one sub-folder with jars for each plugin
   * @throws IllegalStateException if the assembly module is missing
   */
  static PartFactory discover(Path plugins) {
    return finder().find(Optional.of(plugins));
  }

  private static Finder finder() {
    ModuleLayer layer = PartFactory.class.getModule().getLayer();
    ServiceLoader<Finder> finders =
        layer == null
            ? ServiceLoader.load(Finder.class, PartFactory.class.getClassLoader())
            : ServiceLoader.load(layer, Finder.class);
    return finders
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "found no module that makes parts; put difftop-assembly (module"
                        + " dev.difftop.assembly) on the "
                        + (layer == null ? "class path" : "module path")));
  }

  /**
   * The same plugins with this engine. Without it, the engine is the only one that was found.
   *
   * @throws IllegalArgumentException if the choice does not come from a factory or configuration
   */
  PartFactory withEngine(Chosen<Engine> engine);

  /**
   * Chooses the plugin of a service whose configuration is of this type, with this configuration.
   *
   * @throws IllegalArgumentException if no plugin of the service has such a configuration, or
   *     several have
   */
  <T> Chosen<T> choose(Class<T> service, Record configuration);

  /**
   * Chooses a plugin by name, with this configuration: where several plugins of a service share a
   * configuration, as the formats of datasets do.
   *
   * @throws dev.difftop.api.config.ConfigurationException if there is none of that name
   * @throws IllegalArgumentException if its configuration is of another type
   */
  <T> Chosen<T> choose(Class<T> service, String name, Record configuration);

  /**
   * Chooses a plugin by name, with the defaults of its configuration.
   *
   * @throws dev.difftop.api.config.ConfigurationException if there is none of that name, or if its
   *     configuration has a key without default
   */
  <T> Chosen<T> choose(Class<T> service, String name);

  /**
   * Reads a configuration file.
   *
   * @param type its record
   * @param yaml the file; relative paths in it start from its folder
   * @param overrides {@code key=value}, paths relative to the working directory
   * @throws dev.difftop.api.config.ConfigurationException with everything that is wrong
   */
  <R extends Record> Configuration<R> configuration(
      Class<R> type, Path yaml, List<String> overrides);

  /** The record of {@link #configuration}. */
  default <R extends Record> R read(Class<R> type, Path yaml, List<String> overrides) {
    return configuration(type, yaml, overrides).value();
  }

  /**
   * The resolved configuration of a record that was made in a program: its YAML, document and
   * files.
   *
   * @throws IllegalArgumentException if the record cannot be a configuration, or if a choice in it
   *     does not come from a factory or configuration
   */
  <R extends Record> Configuration<R> resolve(R configuration);

  /** Resolved YAML of a record; reads back as an equal configuration. */
  default String write(Record configuration) {
    return resolve(configuration).yaml();
  }

  /** All plugins that were found, by service and name. */
  List<PluginInfo> plugins();

  /** The plugins that a configuration chooses, nested choices included. */
  List<PluginInfo> plugins(Record configuration);
}
