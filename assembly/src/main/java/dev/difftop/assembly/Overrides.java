package dev.difftop.assembly;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import dev.difftop.assembly.yaml.YamlReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code key=value} from the command line, put into a configuration before it is bound. Values are
 * YAML. Whole sections are replaced before keys in them, whatever the order: {@code solver=ilqr}
 * swaps the plugin and keeps the settings that both have, with a note.
 */
final class Overrides {
  private final Plugins plugins;
  private final List<Violation> faults;
  private final Tree tree;
  private final Merge merge;

  /**
   * Overrides.
   *
   * @param faults receives what is wrong with them
   * @param notes receives a line for every plugin that one of them replaces
   */
  Overrides(Plugins plugins, List<Violation> faults, List<String> notes) {
    this.plugins = plugins;
    this.faults = faults;
    this.tree = new Tree(plugins);
    this.merge = new Merge(plugins, notes);
  }

  private record Assignment(List<String> path, String text, Node value) {
    /** How deep it reaches; {@code solver.plugin} is as deep as {@code solver}. */
    int depth() {
      boolean choosesPlugin = path.get(path.size() - 1).equals(PluginKind.PLUGIN);
      return path.size() - (choosesPlugin ? 1 : 0);
    }

    Assignment at(List<String> whole) {
      return new Assignment(whole, text, value);
    }
  }

  /**
   * The configuration with the overrides in it. Plugins are swapped first, so that other keys are
   * those of the new ones.
   */
  Node.Mapping apply(Schema schema, Node.Mapping configuration, List<String> assignments) {
    Node.Mapping changed = configuration;
    List<Assignment> later = new ArrayList<>();
    List<Assignment> swaps = new ArrayList<>();
    for (Assignment assignment : parse(assignments)) {
      List<String> path = resolve(schema, changed, assignment.path()).orElse(assignment.path());
      if (tree.isChoice(schema, changed, path)) {
        swaps.add(assignment.at(path));
      } else {
        later.add(assignment);
      }
    }
    changed = setAll(schema, changed, swaps);
    List<Assignment> resolved = new ArrayList<>();
    for (Assignment assignment : later) {
      Node.Mapping swapped = changed;
      resolve(schema, swapped, assignment.path())
          .ifPresentOrElse(
              path -> resolved.add(assignment.at(path)),
              () -> reportAmbiguous(schema, swapped, assignment));
    }
    return setAll(schema, changed, resolved);
  }

  private Node.Mapping setAll(Schema schema, Node.Mapping present, List<Assignment> assignments) {
    assignments.sort(Comparator.comparingInt(Assignment::depth));
    Node changed = present;
    for (Assignment assignment : assignments) {
      changed = set(schema, changed, assignment, 0);
    }
    return (Node.Mapping) changed;
  }

  /**
   * The whole path of a key. One whose first word is no key of the outermost section is the
   * shallowest key of that name: {@code solver} for {@code policy.solver}.
   *
   * @return empty if several are equally deep; the path as given if there is none, which binding
   *     will report
   */
  private Optional<List<String>> resolve(Schema schema, Node.Mapping present, List<String> path) {
    List<List<String>> candidates = tree.shallowest(schema, present, path.get(0));
    if (candidates.isEmpty()) {
      return Optional.of(path);
    }
    if (candidates.size() > 1) {
      return Optional.empty();
    }
    List<String> whole = new ArrayList<>(candidates.get(0));
    whole.addAll(path.subList(1, path.size()));
    return Optional.of(whole);
  }

  private void reportAmbiguous(Schema schema, Node.Mapping present, Assignment assignment) {
    List<String> candidates =
        tree.shallowest(schema, present, assignment.path().get(0)).stream()
            .map(path -> String.join(".", path))
            .toList();
    fault(
        String.join(".", assignment.path()),
        "is short for several keys: %s; write one of them"
            .formatted(String.join(", ", candidates)));
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
    PluginKind choice = PluginKind.in(kind);
    if (depth == assignment.path().size()) {
      return choice == null ? assignment.value() : swap(choice, present, assignment);
    }
    String key = assignment.path().get(depth);
    boolean last = depth + 1 == assignment.path().size();
    if (choice != null && last && key.equals(PluginKind.PLUGIN)) {
      return swap(choice, present, assignment);
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

  /** A name swaps the plugin; a whole section takes the place of the old one. */
  private Node swap(PluginKind choice, Node present, Assignment assignment) {
    Node value = assignment.value();
    boolean sameName =
        value instanceof Node.Scalar
            && present != null
            && PluginKind.chosen(present).equals(PluginKind.chosen(value));
    if (sameName) {
      return present;
    }
    return value instanceof Node.Scalar name && !name.isNull() && present != null
        ? merge.swap(choice, present, name, assignment.text())
        : value;
  }
}
