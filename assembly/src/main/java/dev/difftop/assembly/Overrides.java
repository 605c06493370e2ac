package dev.difftop.assembly;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code key=value} from the command line, put into a configuration before it is bound. Values are
 * YAML. Whole sections are replaced before keys in them, whatever the order: {@code solver=ilqr}
 * swaps the plugin and drops the keys of the old one, with a note.
 */
final class Overrides {
  private final Plugins plugins;
  private final List<Violation> faults;
  private final List<String> notes = new ArrayList<>();

  /**
   * Overrides.
   *
   * @param faults receives what is wrong with them
   */
  Overrides(Plugins plugins, List<Violation> faults) {
    this.plugins = plugins;
    this.faults = faults;
  }

  private record Assignment(List<String> path, String text, Node value) {
    /** How deep it reaches; {@code solver.plugin} is as deep as {@code solver}. */
    int depth() {
      boolean choosesPlugin = path.get(path.size() - 1).equals(PluginKind.PLUGIN);
      return path.size() - (choosesPlugin ? 1 : 0);
    }
  }

  /** What was done that the user may not expect, one line each. */
  List<String> notes() {
    return notes;
  }

  /** The configuration with the overrides in it. */
  Node.Mapping apply(Schema schema, Node.Mapping configuration, List<String> assignments) {
    Node changed = configuration;
    for (Assignment assignment : parse(assignments)) {
      changed = set(schema, changed, assignment, 0);
    }
    return (Node.Mapping) changed;
  }

  private List<Assignment> parse(List<String> assignments) {
    List<Assignment> parsed = new ArrayList<>();
    for (String text : assignments) {
      int equals = text.indexOf('=');
      List<String> path =
          equals < 0 ? List.of() : List.of(text.substring(0, equals).split("\\.", -1));
      if (path.isEmpty() || path.stream().anyMatch(String::isBlank)) {
        fault(
            "", "found \"%s\", expected key=value such as solver.max-iterations=0".formatted(text));
        continue;
      }
      try {
        String value = text.substring(equals + 1);
        parsed.add(new Assignment(path, text, YamlReader.value(value, Location.COMMAND_LINE)));
      } catch (ConfigurationException e) {
        fault(String.join(".", path), e.faults().get(0).message());
      }
    }
    parsed.sort(Comparator.comparingInt(Assignment::depth));
    return parsed;
  }

  private void fault(String path, String message) {
    faults.add(Location.COMMAND_LINE.violation(path, message));
  }

  /**
   * A node with an override in it.
   *
   * @param kind what the node is; null for an unknown key, which binding will report
   * @param depth how many words of the path lead here
   */
  private Node set(Kind kind, Node present, Assignment assignment, int depth) {
    PluginKind choice = asChoice(kind);
    if (depth == assignment.path().size()) {
      return choice == null ? assignment.value() : swap(present, assignment, assignment.value());
    }
    String key = assignment.path().get(depth);
    boolean last = depth + 1 == assignment.path().size();
    if (choice != null && last && key.equals(PluginKind.PLUGIN)) {
      return swap(present, assignment, assignment.value());
    }
    Optional<Node.Mapping> section = asSection(kind, choice, present);
    if (section.isEmpty()) {
      fault(
          String.join(".", assignment.path()),
          "%s has no keys below it"
              .formatted(String.join(".", assignment.path().subList(0, depth))));
      return present;
    }
    Kind below = kind == null ? null : kind.below(section.get(), key, plugins);
    Node old =
        Optional.ofNullable(section.get().get(key)).orElse(defaultOf(kind, section.get(), key));
    return section.get().with(key, set(below, old, assignment, depth + 1));
  }

  private static PluginKind asChoice(Kind kind) {
    if (kind instanceof Containers.OptionalOf optional) {
      return asChoice(optional.inner());
    }
    return kind instanceof PluginKind choice ? choice : null;
  }

  /** The mapping that a key can be put into: a plugin's name alone becomes a section. */
  private static Optional<Node.Mapping> asSection(Kind kind, PluginKind choice, Node present) {
    if (present instanceof Node.Mapping mapping) {
      return Optional.of(mapping);
    }
    boolean nothing = present == null || (present instanceof Node.Scalar s && s.isNull());
    if (nothing) {
      boolean possible = kind == null || kind.isSection();
      return possible ? Optional.of(Node.Mapping.empty(Location.COMMAND_LINE)) : Optional.empty();
    }
    return choice == null
        ? Optional.empty()
        : PluginKind.chosen(present)
            .map(name -> Node.Mapping.empty(present.place()).with(PluginKind.PLUGIN, present));
  }

  /** The default of a key that a deeper override reaches into, so that its other parts stay. */
  private Node defaultOf(Kind kind, Node.Mapping section, String key) {
    Schema schema = schemaOf(kind, section);
    return schema == null ? null : schema.key(key).flatMap(Key::defaultNode).orElse(null);
  }

  private Schema schemaOf(Kind kind, Node.Mapping section) {
    if (kind instanceof Containers.OptionalOf optional) {
      return schemaOf(optional.inner(), section);
    }
    if (kind instanceof PluginKind choice) {
      return PluginKind.chosen(section)
          .flatMap(name -> plugins.find(choice.service().type(), name))
          .map(Plugin::schema)
          .orElse(null);
    }
    return kind instanceof Schema schema ? schema : null;
  }

  private Node swap(Node present, Assignment assignment, Node value) {
    boolean sameName =
        value instanceof Node.Scalar
            && present != null
            && PluginKind.chosen(present).equals(PluginKind.chosen(value));
    if (sameName) {
      return present;
    }
    if (present instanceof Node.Mapping old) {
      List<String> dropped =
          old.entries().keySet().stream().filter(k -> !k.equals(PluginKind.PLUGIN)).toList();
      if (!dropped.isEmpty()) {
        notes.add(
            "%s: replaces %s, dropped its %s"
                .formatted(
                    assignment.text(),
                    PluginKind.chosen(old).orElse("a section without plugin"),
                    String.join(", ", dropped)));
      }
    }
    return value;
  }
}
