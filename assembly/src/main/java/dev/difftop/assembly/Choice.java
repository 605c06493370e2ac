package dev.difftop.assembly;

import dev.difftop.api.Chosen;
import dev.difftop.api.Provider;
import dev.difftop.assembly.yaml.Node;
import dev.difftop.assembly.yaml.PlainDocument;
import dev.difftop.assembly.yaml.YamlWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A plugin that a configuration chooses, with its own configuration. As a component of an
 * application's record, {@code Choice<Solver>} (of a plugin's, {@link Chosen}) is read from {@code
 * {plugin: NAME, ...keys}} or from the name alone.
 *
 * @param <T> the service, such as {@link dev.difftop.api.Solver}
 * @param plugin the plugin
 * @param configuration its configuration
 * @param plugins those that its configuration may choose from
 */
public record Choice<T>(Plugin plugin, Record configuration, Plugins plugins) implements Chosen<T> {
  /**
   * The choice that a program was given.
   *
   * @throws IllegalArgumentException if it comes from elsewhere
   */
  static <T> Choice<T> of(Chosen<T> chosen) {
    if (chosen instanceof Choice<T> choice) {
      return choice;
    }
    throw new IllegalArgumentException(
        "found %s, expected a choice that was read from a configuration".formatted(chosen));
  }

  @Override
  public String name() {
    return plugin.name();
  }

  @Override
  public Provider<?, ?> provider() {
    return plugin.provider();
  }

  /**
   * {@inheritDoc}
   *
   * @throws ConfigurationException with everything that is wrong
   */
  @Override
  public Chosen<T> with(List<String> overrides) {
    return new Choice<>(
        plugin,
        new Configurations(plugins).bindSection(plugin.schema(), configuration, overrides),
        plugins);
  }

  /** The section that chooses this again, every default filled in, as YAML. */
  public String yaml() {
    return YamlWriter.write(node());
  }

  @Override
  public Map<String, Object> document() {
    return PlainDocument.of(node());
  }

  /** The files and folders that its configuration names. */
  public List<Path> files() {
    return plugin.schema().paths(configuration);
  }

  private Node.Mapping node() {
    return (Node.Mapping) new PluginKind(plugin.service()).write(this);
  }

  @Override
  public String toString() {
    return plugin.toString();
  }
}
