package dev.difftop.assembly;

import dev.difftop.assembly.yaml.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of a configuration with those of the plugins that it chooses, level by level. */
final class Tree {
  private final Plugins plugins;

  Tree(Plugins plugins) {
    this.plugins = plugins;
  }

  private record Section(Kind kind, Node node, List<String> path) {}

  /** The paths of the shallowest keys of that name; several if they are equally deep. */
  List<List<String>> shallowest(Kind root, Node configuration, String name) {
    List<Section> level = List.of(new Section(root, configuration, List.of()));
    while (!level.isEmpty()) {
      List<List<String>> found = new ArrayList<>();
      List<Section> next = new ArrayList<>();
      for (Section section : level) {
        for (Key key : keys(section.kind(), section.node())) {
          List<String> path = new ArrayList<>(section.path());
          path.add(key.name());
          if (key.name().equals(name)) {
            found.add(path);
          }
          next.add(new Section(key.kind(), value(section.node(), key), path));
        }
      }
      if (!found.isEmpty()) {
        return found;
      }
      level = next;
    }
    return List.of();
  }

  /** All keys, for hints. */
  List<String> names(Kind root, Node configuration) {
    List<String> names = new ArrayList<>();
    collect(root, configuration, names);
    return names;
  }

  private void collect(Kind kind, Node node, List<String> names) {
    for (Key key : keys(kind, node)) {
      names.add(key.name());
      collect(key.kind(), value(node, key), names);
    }
  }

  private static Node value(Node section, Key key) {
    Node given = section instanceof Node.Mapping mapping ? mapping.get(key.name()) : null;
    return given != null ? given : key.defaultNode().orElse(null);
  }

  /** The keys right below a section; none below lists and maps, whose parts have no fixed names. */
  private List<Key> keys(Kind kind, Node node) {
    if (kind instanceof Containers.OptionalOf optional) {
      return keys(optional.inner(), node);
    }
    if (kind instanceof PluginKind choice) {
      return node == null
          ? List.of()
          : PluginKind.chosen(node)
              .flatMap(name -> plugins.find(choice.service().type(), name))
              .map(plugin -> plugin.schema().keys())
              .orElse(List.of());
    }
    return kind instanceof Schema schema ? schema.keys() : List.of();
  }

  /** Whether a path leads to a plugin. */
  boolean isChoice(Kind root, Node configuration, List<String> path) {
    Kind kind = root;
    Node node = configuration;
    for (String name : path) {
      Optional<Key> key = keys(kind, node).stream().filter(k -> k.name().equals(name)).findFirst();
      if (key.isEmpty()) {
        return name.equals(PluginKind.PLUGIN) && PluginKind.in(kind) != null;
      }
      node = value(node, key.get());
      kind = key.get().kind();
    }
    return PluginKind.in(kind) != null;
  }
}
