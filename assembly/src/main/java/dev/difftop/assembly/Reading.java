package dev.difftop.assembly;

import dev.difftop.api.config.Violation;
import dev.difftop.assembly.yaml.Node;
import java.util.List;

/**
 * Where a reader of a configuration stands, and where it reports what is wrong.
 *
 * @param path the key, such as {@code solver.max-iterations}
 * @param plugins those that a section can choose from
 * @param faults receives what is wrong
 */
record Reading(String path, Plugins plugins, List<Violation> faults) {
  Reading child(String key) {
    return new Reading(path.isEmpty() ? key : path + "." + key, plugins, faults);
  }

  Reading element(int index) {
    return new Reading(path + "[" + index + "]", plugins, faults);
  }

  /** Reports a fault of a node; null, for the reader to return. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
  <T> T fault(Node node, String message) {
    faults.add(node.place().violation(path, message));
    return null;
  }

  /** Reports that a node is not of a kind; null, for the reader to return. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
  <T> T wrongKind(Node node, Kind kind) {
    return fault(node, "found %s, expected %s".formatted(node.found(), kind.describe()));
  }
}
