package dev.difftop.assembly;

import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kinds that hold values of another kind. */
final class Containers {
  private Containers() {}

  /** The values of all items; null after a fault. */
  private static List<Object> items(Kind kind, Kind inner, Node node, Reading at) {
    if (!(node instanceof Node.Sequence list)) {
      return at.wrongKind(node, kind);
    }
    List<Object> values = new ArrayList<>();
    boolean good = true;
    for (int i = 0; i < list.items().size(); i++) {
      Object value = inner.read(list.items().get(i), at.element(i));
      good &= value != null;
      values.add(value);
    }
    return good ? values : null;
  }

  private static List<Choice<?>> flat(Collection<?> values, Kind inner) {
    List<Choice<?>> all = new ArrayList<>();
    values.forEach(value -> all.addAll(inner.choices(value)));
    return all;
  }

  /** A {@link List}. */
  record ListOf(Kind inner) implements Kind {
    @Override
    public String describe() {
      return "list of " + inner.describe();
    }

    @Override
    public Object read(Node node, Reading at) {
      List<Object> values = items(this, inner, node, at);
      return values == null ? null : List.copyOf(values);
    }

    @Override
    public Node write(Object value) {
      return new Node.Sequence(
          ((List<?>) value).stream().map(inner::write).toList(), Location.DEFAULT);
    }

    @Override
    public List<Path> paths(Object value) {
      return ((List<?>) value).stream().flatMap(v -> inner.paths(v).stream()).toList();
    }

    @Override
    public List<Choice<?>> choices(Object value) {
      return flat((List<?>) value, inner);
    }

    @Override
    public boolean choosesPlugins() {
      return inner.choosesPlugins();
    }

    @Override
    public List<Key> keys() {
      return inner.keys();
    }

    @Override
    public String separator() {
      return "[].";
    }
  }

  /** A Java array. */
  record ArrayOf(Kind inner, Class<?> component) implements Kind {
    @Override
    public String describe() {
      return "list of " + inner.describe();
    }

    @Override
    public Object read(Node node, Reading at) {
      List<Object> values = items(this, inner, node, at);
      if (values == null) {
        return null;
      }
      Object array = Array.newInstance(component, values.size());
      for (int i = 0; i < values.size(); i++) {
        Array.set(array, i, values.get(i));
      }
      return array;
    }

    @Override
    public Node write(Object value) {
      List<Node> items = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        items.add(inner.write(Array.get(value, i)));
      }
      return new Node.Sequence(items, Location.DEFAULT);
    }

    @Override
    public boolean choosesPlugins() {
      return inner.choosesPlugins();
    }

    @Override
    public List<Key> keys() {
      return inner.keys();
    }

    @Override
    public String separator() {
      return "[].";
    }
  }

  /** A {@link Map} from text, in the order of the file. */
  record MapOf(Kind inner) implements Kind {
    @Override
    public String describe() {
      return "section of names, each with " + inner.describe();
    }

    @Override
    public Object read(Node node, Reading at) {
      if (!(node instanceof Node.Mapping mapping)) {
        return at.wrongKind(node, this);
      }
      Map<String, Object> values = new LinkedHashMap<>();
      mapping.entries().forEach((k, v) -> values.put(k, inner.read(v, at.child(k))));
      return values.containsValue(null) ? null : java.util.Collections.unmodifiableMap(values);
    }

    @Override
    public Node write(Object value) {
      Map<String, Node> entries = new LinkedHashMap<>();
      ((Map<?, ?>) value).forEach((k, v) -> entries.put((String) k, inner.write(v)));
      return new Node.Mapping(entries, Location.DEFAULT);
    }

    @Override
    public List<Path> paths(Object value) {
      return ((Map<?, ?>) value).values().stream().flatMap(v -> inner.paths(v).stream()).toList();
    }

    @Override
    public List<Choice<?>> choices(Object value) {
      return flat(((Map<?, ?>) value).values(), inner);
    }

    @Override
    public Kind below(Node present, String key, Plugins plugins) {
      return inner;
    }

    @Override
    public boolean isSection() {
      return true;
    }

    @Override
    public boolean choosesPlugins() {
      return inner.choosesPlugins();
    }

    @Override
    public List<Key> keys() {
      return inner.keys();
    }

    @Override
    public String separator() {
      return ".NAME.";
    }
  }

  /** An {@link Optional}: the key may be left out. */
  record OptionalOf(Kind inner) implements Kind {
    @Override
    public String describe() {
      return inner.describe();
    }

    @Override
    public Object read(Node node, Reading at) {
      if (node instanceof Node.Scalar scalar && scalar.isNull()) {
        return Optional.empty();
      }
      Object value = inner.read(node, at);
      return value == null ? null : Optional.of(value);
    }

    @Override
    public Node write(Object value) {
      return ((Optional<?>) value).map(inner::write).orElse(null);
    }

    @Override
    public List<Path> paths(Object value) {
      return ((Optional<?>) value).map(inner::paths).orElse(List.of());
    }

    @Override
    public List<Choice<?>> choices(Object value) {
      return ((Optional<?>) value).map(inner::choices).orElse(List.of());
    }

    @Override
    public Kind below(Node present, String key, Plugins plugins) {
      return inner.below(present, key, plugins);
    }

    @Override
    public boolean isSection() {
      return inner.isSection();
    }

    @Override
    public boolean choosesPlugins() {
      return inner.choosesPlugins();
    }

    @Override
    public List<Key> keys() {
      return inner.keys();
    }

    @Override
    public String separator() {
      return inner.separator();
    }
  }
}
