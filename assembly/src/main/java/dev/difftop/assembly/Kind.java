package dev.difftop.assembly;

import dev.difftop.assembly.yaml.Node;

/** A type that a configuration key can have: how it is called, read and written. */
interface Kind {
  /** What a person calls it: {@code integer}, {@code list of number}. */
  String describe();

  /** The value that a node stands for; null after a fault has been reported to {@code at}. */
  Object read(Node node, Reading at);

  /**
   * A node that reads back as {@code value}; null for a value that is written by leaving it out.
   */
  Node write(Object value);

  /** The files and folders that a value names. */
  default java.util.List<java.nio.file.Path> paths(Object value) {
    return java.util.List.of();
  }

  /** What a value chooses, choices inside of choices included. */
  default java.util.List<Choice<?>> choices(Object value) {
    return java.util.List.of();
  }

  /** Whether a plugin is chosen somewhere in a value. */
  default boolean choosesPlugins() {
    return false;
  }

  /** What stands below a key of this kind, for overrides: null where nothing can. */
  default Kind below(Node present, String key, Plugins plugins) {
    return null;
  }

  /** Whether keys stand below this kind, known or not. */
  default boolean isSection() {
    return false;
  }

  /** The keys below this kind, for descriptions. */
  default java.util.List<Key> keys() {
    return java.util.List.of();
  }

  /** What is put between a key and those below it: a dot, or marks of a list or map. */
  default String separator() {
    return ".";
  }
}
