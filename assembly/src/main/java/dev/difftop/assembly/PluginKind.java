package dev.difftop.assembly;

import dev.difftop.api.ChosenByName;
import dev.difftop.api.ServiceType;
import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kind of a section that chooses a plugin: its name, or {@code {plugin: NAME, ...its keys}}.
 */
record PluginKind(ServiceType<?> service) implements Kind {
  static final String PLUGIN = "plugin";

  /** A kind as a choice, perhaps an optional one; null if it is none. */
  static PluginKind in(Kind kind) {
    if (kind instanceof Containers.OptionalOf optional) {
      return in(optional.inner());
    }
    return kind instanceof PluginKind choice ? choice : null;
  }

  @Override
  public String describe() {
    return "%s (its name, or a section with plugin: NAME and its keys)".formatted(service.word());
  }

  @Override
  public boolean isSection() {
    return true;
  }

  /** The name that a node chooses, if it does. */
  static Optional<String> chosen(Node node) {
    Node name = node instanceof Node.Mapping mapping ? mapping.get(PLUGIN) : node;
    return name instanceof Node.Scalar scalar && !scalar.isNull()
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  @Override
  public Kind below(Node present, String key, Plugins plugins) {
    return chosen(present)
        .flatMap(name -> plugins.find(service.type(), name))
        .map(plugin -> plugin.schema().below(present, key, plugins))
        .orElse(null);
  }

  @Override
  public Object read(Node node, Reading at) {
    Optional<String> name = chosen(node);
    if (name.isEmpty()) {
      return noName(node, at);
    }
    Optional<Plugin> plugin = at.plugins().find(service.type(), name.get());
    if (plugin.isEmpty()) {
      return at.fault(nameNode(node), at.plugins().explainMissing(service.type(), name.get()));
    }
    Object configuration = plugin.get().schema().read(keys(node), at);
    return configuration == null
        ? null
        : new Choice<>(plugin.get(), (Record) configuration, at.plugins());
  }

  private Object noName(Node node, Reading at) {
    String names =
        at.plugins().of(service.type()).stream()
            .map(Plugin::name)
            .reduce((a, b) -> a + ", " + b)
            .orElse("none");
    if (node instanceof Node.Mapping) {
      return at.fault(
          node,
          "names no plugin; add \"plugin: NAME\"; of service %s there are %s"
              .formatted(service.word(), names));
    }
    return at.fault(
        node,
        "found %s, expected the name of a plugin of service %s; there are %s"
            .formatted(node.found(), service.word(), names));
  }

  private static Node nameNode(Node node) {
    return node instanceof Node.Mapping mapping ? mapping.get(PLUGIN) : node;
  }

  private static Node.Mapping keys(Node node) {
    return node instanceof Node.Mapping mapping
        ? mapping.without(PLUGIN)
        : Node.Mapping.empty(node.place());
  }

  @Override
  public Node write(Object value) {
    if (value instanceof ChosenByName<?> named) {
      return new Node.Scalar(named.name(), false, Location.DEFAULT);
    }
    Choice<?> choice = (Choice<?>) value;
    Map<String, Node> entries = new LinkedHashMap<>();
    entries.put(PLUGIN, new Node.Scalar(choice.plugin().name(), false, Location.DEFAULT));
    entries.putAll(choice.plugin().schema().write(choice.configuration()).entries());
    return new Node.Mapping(entries, Location.DEFAULT);
  }

  @Override
  public List<Path> paths(Object value) {
    Choice<?> choice = (Choice<?>) value;
    return choice.plugin().schema().paths(choice.configuration());
  }

  @Override
  public boolean choosesPlugins() {
    return true;
  }

  @Override
  public List<Choice<?>> choices(Object value) {
    Choice<?> choice = (Choice<?>) value;
    List<Choice<?>> all = new ArrayList<>(List.of(choice));
    all.addAll(choice.plugin().schema().choices(choice.configuration()));
    return all;
  }
}
