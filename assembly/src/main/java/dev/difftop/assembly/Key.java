package dev.difftop.assembly;

import dev.difftop.assembly.yaml.Location;
import dev.difftop.assembly.yaml.Node;
import dev.difftop.assembly.yaml.YamlReader;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/**
 * A key of a configuration.
 *
 * @param name in kebab-case
 * @param accessor reads it from the record
 * @param kind its type
 * @param defaultText its default as written by the plugin
 * @param bounds the values a number in it may take
 * @param doc what it means
 * @param formerNames names that it had in earlier versions
 */
record Key(
    String name,
    Method accessor,
    Kind kind,
    Optional<String> defaultText,
    Bounds bounds,
    String doc,
    List<String> formerNames) {

  /** Its default as a node. */
  Optional<Node> defaultNode() {
    return defaultText.map(text -> YamlReader.value(text, Location.DEFAULT));
  }

  boolean isOptional() {
    return kind instanceof Containers.OptionalOf;
  }
}
