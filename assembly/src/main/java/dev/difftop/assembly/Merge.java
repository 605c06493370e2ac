package dev.difftop.assembly;

import dev.difftop.assembly.yaml.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts one configuration over another: sections are merged key by key, everything else is replaced.
 * A plugin that takes the place of another keeps the settings that both have.
 */
final class Merge {
  private final Plugins plugins;
  private final List<String> notes;

  /**
   * Merging.
   *
   * @param notes receives a line for every plugin that is replaced
   */
  Merge(Plugins plugins, List<String> notes) {
    this.plugins = plugins;
    this.notes = notes;
  }

  /**
   * A section over another.
   *
   * @param kind what both are; null for an unknown key
   */
  Node.Mapping sections(Kind kind, Node.Mapping base, Node.Mapping over) {
    return sections(kind, base, over, "");
  }

  private Node.Mapping sections(Kind kind, Node.Mapping base, Node.Mapping over, String path) {
    Node.Mapping merged = base;
    for (Map.Entry<String, Node> entry : over.entries().entrySet()) {
      String key = entry.getKey();
      Kind below = kind == null ? null : kind.below(base, key, plugins);
      String at = path.isEmpty() ? key : path + "." + key;
      merged = merged.with(key, node(below, base.get(key), entry.getValue(), at));
    }
    return new Node.Mapping(merged.entries(), over.place());
  }

  private Node node(Kind kind, Node base, Node over, String path) {
    if (base == null || (over instanceof Node.Scalar scalar && scalar.isNull())) {
      return over;
    }
    PluginKind choice = PluginKind.in(kind);
    if (choice != null) {
      return choice(choice, base, over, path);
    }
    return base instanceof Node.Mapping section && over instanceof Node.Mapping changes
        ? sections(kind, section, changes, path)
        : over;
  }

  private Node choice(PluginKind kind, Node base, Node over, String path) {
    Optional<String> named = PluginKind.chosen(over);
    boolean same = named.isEmpty() || named.equals(PluginKind.chosen(base));
    Node below = same ? base : swap(kind, base, nameNode(over), path + "=" + named.orElse(""));
    if (!(over instanceof Node.Mapping changes)) {
      return below;
    }
    return sections(kind, asSection(below), changes, path);
  }

  private static Node nameNode(Node choice) {
    return choice instanceof Node.Mapping section ? section.get(PluginKind.PLUGIN) : choice;
  }

  private static Node.Mapping asSection(Node choice) {
    return choice instanceof Node.Mapping section
        ? section
        : Node.Mapping.empty(choice.place()).with(PluginKind.PLUGIN, choice);
  }

  /**
   * Replaces a plugin by another, which keeps the settings that both have.
   *
   * @param present the section or name of the old one
   * @param name the name of the new one
   * @param label what the note calls it, such as {@code solver=ilqr}
   */
  Node swap(PluginKind kind, Node present, Node name, String label) {
    if (!(present instanceof Node.Mapping old)) {
      return name;
    }
    Map<String, Node> kept = new LinkedHashMap<>(Map.of(PluginKind.PLUGIN, name));
    List<String> dropped = new ArrayList<>();
    old.entries()
        .forEach(
            (key, value) -> {
              if (key.equals(PluginKind.PLUGIN)) {
                return;
              }
              if (isShared(kind, old, name, key)) {
                kept.put(key, value);
              } else {
                dropped.add(key);
              }
            });
    if (old.entries().keySet().stream().anyMatch(k -> !k.equals(PluginKind.PLUGIN))) {
      List<String> shared = kept.keySet().stream().skip(1).toList();
      notes.add(
          "%s: replaces %s%s%s"
              .formatted(
                  label,
                  PluginKind.chosen(old).orElse("a section without plugin"),
                  shared.isEmpty() ? "" : ", keeps its " + String.join(", ", shared),
                  dropped.isEmpty() ? "" : ", drops its " + String.join(", ", dropped)));
    }
    return kept.size() == 1 ? name : new Node.Mapping(kept, name.place());
  }

  private boolean isShared(PluginKind kind, Node.Mapping old, Node name, String key) {
    Kind before = kind.below(old, key, plugins);
    Kind after = kind.below(name, key, plugins);
    return before != null && after != null && before.describe().equals(after.describe());
  }
}
