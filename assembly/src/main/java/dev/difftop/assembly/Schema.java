package dev.difftop.assembly;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.config.Names;
import dev.difftop.api.config.Nearest;
import dev.difftop.api.config.Range;
import dev.difftop.api.config.Violation;
import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of a configuration record: made from its components, used to read, write, describe. */
public final class Schema implements Kind {
  private final Class<? extends Record> type;
  private final List<Key> keys;
  private final Moves moves;

  private Schema(Class<? extends Record> type, List<Key> keys) {
    this.type = type;
    this.keys = List.copyOf(keys);
    this.moves = Moves.of(type, this.keys);
  }

  /**
   * The schema of a record.
   *
   * @throws IllegalArgumentException if the record cannot be a configuration; the message names
   *     every component that is at fault
   */
  public static Schema of(Class<? extends Record> type) {
    return of(type, List.of());
  }

  /**
   * As {@link #of(Class)}, for a record inside others.
   *
   * @param around the records that this one is part of
   */
  static Schema of(Class<? extends Record> type, List<Class<?>> around) {
    if (around.contains(type)) {
      throw new IllegalArgumentException(type.getSimpleName() + " contains itself");
    }
    requireOpen(type);
    List<Class<?>> inside = new ArrayList<>(around);
    inside.add(type);
    List<String> problems = new ArrayList<>();
    List<Key> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        keys.add(key(component, inside));
      } catch (IllegalArgumentException e) {
        problems.add(type.getSimpleName() + "." + component.getName() + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new Schema(type, keys);
  }

  /** Records are read and made by reflection, those inside of others too. */
  private static void requireOpen(Class<?> type) {
    Module owner = type.getModule();
    if (!owner.isOpen(type.getPackageName(), Schema.class.getModule())) {
      throw new IllegalArgumentException(
          "the package of %s is closed; add \"opens %s;\" to the descriptor of module %s"
              .formatted(type.getName(), type.getPackageName(), owner.getName()));
    }
  }

  private static Key key(RecordComponent component, List<Class<?>> inside) {
    Doc doc = component.getAnnotation(Doc.class);
    if (doc == null || doc.value().isBlank()) {
      throw new IllegalArgumentException("has no @Doc that says what it means");
    }
    Range range = component.getAnnotation(Range.class);
    Bounds bounds = Bounds.of(range);
    Kind kind = Kinds.of(component.getGenericType(), bounds, range != null, inside);
    Optional<String> defaultText =
        Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value);
    Key key =
        new Key(
            Names.kebab(component.getName()),
            component.getAccessor(),
            kind,
            defaultText,
            bounds,
            doc.value(),
            formerNames(component));
    checkDefault(key);
    return key;
  }

  private static List<String> formerNames(RecordComponent component) {
    Formerly formerly = component.getAnnotation(Formerly.class);
    return formerly == null ? List.of() : List.of(formerly.value());
  }

  /** A default that chooses a plugin is checked when it is used: plugins come and go. */
  private static void checkDefault(Key key) {
    if (key.kind().choosesPlugins() || key.defaultText().isEmpty()) {
      return;
    }
    List<Violation> faults = new ArrayList<>();
    try {
      key.kind().read(key.defaultNode().orElseThrow(), new Reading("", null, faults));
    } catch (ConfigurationException e) {
      faults.addAll(e.faults());
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "its @Default(\"%s\") is no value of it: %s"
              .formatted(key.defaultText().orElseThrow(), faults.get(0).message()));
    }
  }

  /** The record. */
  Class<? extends Record> type() {
    return type;
  }

  /** What there is to say of every key, those of nested sections after their own. */
  public List<KeyDescription> describeKeys() {
    List<KeyDescription> all = new ArrayList<>();
    describe("", keys, all);
    return all;
  }

  private static void describe(String prefix, List<Key> keys, List<KeyDescription> all) {
    for (Key key : keys) {
      String path = prefix + key.name();
      all.add(
          new KeyDescription(
              path,
              key.kind().describe(),
              key.defaultText(),
              key.defaultText().isEmpty() && !key.isOptional(),
              key.bounds().describe(),
              key.doc()));
      describe(path + key.kind().separator(), key.kind().keys(), all);
    }
  }

  Optional<Key> key(String name) {
    return keys.stream().filter(k -> k.name().equals(name)).findFirst();
  }

  @Override
  public List<Key> keys() {
    return keys;
  }

  @Override
  public String describe() {
    return "section";
  }

  @Override
  public boolean isSection() {
    return true;
  }

  @Override
  public Kind below(Node present, String name, Plugins plugins) {
    return key(name).map(Key::kind).orElse(null);
  }

  @Override
  public Object read(Node node, Reading at) {
    if (node instanceof Node.Mapping mapping) {
      return readMapping(mapping, at);
    }
    boolean nothing = node instanceof Node.Scalar scalar && scalar.isNull();
    return nothing ? readMapping(Node.Mapping.empty(node.place()), at) : at.wrongKind(node, this);
  }

  private Object readMapping(Node.Mapping mapping, Reading at) {
    int before = at.faults().size();
    reportUnknown(mapping, at);
    Object[] values = new Object[keys.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = readKey(keys.get(i), mapping, at);
    }
    boolean good = at.faults().size() == before && Arrays.stream(values).allMatch(v -> v != null);
    return good ? construct(values, mapping, at) : null;
  }

  private void reportUnknown(Node.Mapping mapping, Reading at) {
    mapping
        .entries()
        .forEach(
            (name, value) -> {
              if (key(name).isEmpty() && !moves.report(name, value, at.child(name))) {
                at.child(name).fault(value, unknown(name));
              }
            });
  }

  private String unknown(String name) {
    if (keys.isEmpty()) {
      return "unknown key; there are none here";
    }
    List<String> known = keys.stream().map(Key::name).toList();
    return Nearest.to(name, known)
        .map(near -> "unknown key; did you mean " + near + "?")
        .orElse("unknown key; there are " + String.join(", ", known));
  }

  private static Object readKey(Key key, Node.Mapping mapping, Reading at) {
    Node given = mapping.get(key.name());
    if (given != null) {
      return key.kind().read(given, at.child(key.name()));
    }
    if (key.defaultText().isPresent()) {
      return key.kind().read(key.defaultNode().orElseThrow(), at.child(key.name()));
    }
    if (key.isOptional()) {
      return Optional.empty();
    }
    boolean renamed = key.formerNames().stream().anyMatch(old -> mapping.get(old) != null);
    return renamed ? null : at.child(key.name()).fault(mapping, "missing: " + key.doc());
  }

  private Object construct(Object[] values, Node node, Reading at) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        return at.fault(node, String.valueOf(refusal.getMessage()));
      }
      throw new IllegalStateException("cannot make " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type.getName(), e);
    }
  }

  @Override
  public Node.Mapping write(Object configuration) {
    Map<String, Node> entries = new LinkedHashMap<>();
    for (Key key : keys) {
      Node written = key.kind().write(get(key, configuration));
      if (written != null) {
        entries.put(key.name(), written);
      }
    }
    return new Node.Mapping(entries, Location.DEFAULT);
  }

  @Override
  public List<Path> paths(Object configuration) {
    return keys.stream()
        .flatMap(key -> key.kind().paths(get(key, configuration)).stream())
        .toList();
  }

  @Override
  public boolean choosesPlugins() {
    return keys.stream().anyMatch(key -> key.kind().choosesPlugins());
  }

  @Override
  public List<Choice<?>> choices(Object configuration) {
    List<Choice<?>> all = new ArrayList<>();
    keys.forEach(key -> all.addAll(key.kind().choices(get(key, configuration))));
    return all;
  }

  private Object get(Key key, Object configuration) {
    try {
      key.accessor().setAccessible(true);
      return key.accessor().invoke(configuration);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + type.getName() + "." + key.name(), e);
    }
  }
}
