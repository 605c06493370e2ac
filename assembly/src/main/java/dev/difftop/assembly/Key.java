package dev.difftop.assembly;

import java.lang.reflect.Method;
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
 */
record Key(
    String name,
    Method accessor,
    Kind kind,
    Optional<String> defaultText,
    Bounds bounds,
    String doc) {

  /** Its default as a node. */
  Optional<Node> defaultNode() {
    return defaultText.map(text -> YamlReader.value(text, Location.DEFAULT));
  }

  boolean isOptional() {
    return kind instanceof Containers.OptionalOf;
  }
}
