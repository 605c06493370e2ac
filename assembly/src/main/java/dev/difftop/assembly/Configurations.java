package dev.difftop.assembly;

import dev.difftop.api.config.Configuration;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import dev.difftop.assembly.yaml.PlainDocument;
import dev.difftop.assembly.yaml.YamlWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads configurations: YAML into records, with {@code key=value} overrides. Everything that is
 * wrong is reported at once.
 */
public final class Configurations {
  private final Plugins plugins;

  /** For configurations that choose from these plugins. */
  public Configurations(Plugins plugins) {
    this.plugins = plugins;
  }

  /**
   * Reads a file.
   *
   * @param type the record
   * @param file YAML; relative paths in it start from its folder
   * @param overrides {@code key=value}, paths relative to the working directory
   * @throws ConfigurationException with everything that is wrong
   */
  public <R extends Record> Configuration<R> read(
      Class<R> type, Path file, List<String> overrides) {
    List<String> notes = new ArrayList<>();
    Schema schema = Schema.of(type);
    Node.Mapping tree = new Sources(plugins, schema, notes).file(file);
    return bind(type, schema, tree, overrides, notes);
  }

  /**
   * Reads those keys of a file's outermost section that a record has, such as the environment in a
   * configuration of training; the others are not looked at.
   *
   * @throws ConfigurationException with everything that is wrong with those keys
   */
  public <R extends Record> Configuration<R> readPart(
      Class<R> type, Path file, List<String> overrides) {
    List<String> notes = new ArrayList<>();
    Schema schema = Schema.of(type);
    Node.Mapping tree = new Sources(plugins, schema, notes).file(file);
    Node.Mapping part = Node.Mapping.empty(tree.place());
    for (Key key : schema.keys()) {
      if (tree.get(key.name()) != null) {
        part = part.with(key.name(), tree.get(key.name()));
      }
    }
    return bind(type, schema, part, overrides, notes);
  }

  /**
   * Whether a file, or an override, gives a key of the outermost section: where the key decides
   * which record is to be read.
   *
   * @param overrides {@code key=value}
   * @throws ConfigurationException if the file is not YAML
   */
  public boolean mentions(Path file, List<String> overrides, String key) {
    return new Sources(plugins, null, new ArrayList<>()).file(file).get(key) != null
        || overrides.stream().anyMatch(text -> text.startsWith(key + "="));
  }

  /**
   * Reads a text.
   *
   * @param source what to call it in messages
   * @param base the folder that relative paths in it start from
   * @throws ConfigurationException with everything that is wrong
   */
  public <R extends Record> Configuration<R> parse(
      Class<R> type, String text, String source, Path base, List<String> overrides) {
    List<String> notes = new ArrayList<>();
    Schema schema = Schema.of(type);
    Node.Mapping tree = new Sources(plugins, schema, notes).text(text, source, base);
    return bind(type, schema, tree, overrides, notes);
  }

  /**
   * Chooses one plugin by name.
   *
   * @param overrides {@code key=value} for its configuration
   * @throws ConfigurationException if there is none of that name, or with all that is wrong
   */
  public <T> Choice<T> choose(Class<T> part, String name, List<String> overrides) {
    Plugin plugin = find(part, name);
    Node.Mapping nothing = Node.Mapping.empty(Location.COMMAND_LINE);
    return new Choice<>(
        plugin, (Record) bindTo(plugin.schema(), nothing, overrides, new ArrayList<>()), plugins);
  }

  /**
   * A plugin by name.
   *
   * @throws ConfigurationException if there is none of that name
   */
  Plugin find(Class<?> service, String name) {
    return plugins
        .find(Services.require(service).type(), name)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    new Violation("", plugins.explainMissing(service, name))));
  }

  /** A configuration with overrides. */
  Record bindSection(Schema schema, Record configuration, List<String> overrides) {
    return (Record) bindTo(schema, schema.write(configuration), overrides, new ArrayList<>());
  }

  private <R extends Record> Configuration<R> bind(
      Class<R> type, Schema schema, Node.Mapping tree, List<String> overrides, List<String> notes) {
    Object value = bindTo(schema, tree, overrides, notes);
    return resolved(schema, type.cast(value), List.copyOf(notes));
  }

  /**
   * The resolved configuration of a record that was made in a program: bound again, so that ranges
   * hold and plugins that are chosen by name are found.
   *
   * @throws ConfigurationException with everything that is wrong with its values
   * @throws IllegalArgumentException if the record cannot be a configuration
   */
  @SuppressWarnings("unchecked")
  public <R extends Record> Configuration<R> resolve(R configuration) {
    Class<R> type = (Class<R>) configuration.getClass();
    Schema schema = Schema.of(type);
    return bind(type, schema, schema.write(configuration), List.of(), new ArrayList<>());
  }

  private static <R extends Record> Configuration<R> resolved(
      Schema schema, R value, List<String> notes) {
    Node.Mapping tree = schema.write(value);
    return new Configuration<>(
        value, YamlWriter.write(tree), PlainDocument.of(tree), notes, schema.paths(value));
  }

  private Object bindTo(
      Schema schema, Node.Mapping tree, List<String> assignments, List<String> notes) {
    List<Violation> faults = new ArrayList<>();
    Overrides overrides = new Overrides(plugins, faults, notes);
    Node.Mapping changed = overrides.apply(schema, tree, assignments);
    Object value = schema.read(changed, new Reading("", plugins, faults));
    if (!faults.isEmpty()) {
      faults.sort(Comparator.comparing(Violation::source).thenComparing(Violation::line));
      throw new ConfigurationException(faults);
    }
    return value;
  }
}
