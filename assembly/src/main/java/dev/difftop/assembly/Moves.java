package dev.difftop.assembly;

import dev.difftop.api.config.Formerly;
import dev.difftop.assembly.yaml.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the keys of earlier versions are now.
 *
 * @param targets the new path of every former one, both below a section; empty where there is none
 */
record Moves(Map<String, String> targets) {
  private static final String ARROW = "->";

  /** Those that a record and its keys state. */
  static Moves of(Class<? extends Record> type, List<Key> keys) {
    Map<String, String> targets = new LinkedHashMap<>();
    for (Key key : keys) {
      key.formerNames().forEach(name -> targets.put(name, key.name()));
    }
    Formerly moved = type.getAnnotation(Formerly.class);
    if (moved != null) {
      for (String move : moved.value()) {
        int arrow = move.indexOf(ARROW);
        if (arrow < 0) {
          throw new IllegalArgumentException(
              "@Formerly(\"%s\"): expected old.path %s new.path".formatted(move, ARROW));
        }
        targets.put(
            move.substring(0, arrow).strip(), move.substring(arrow + ARROW.length()).strip());
      }
    }
    return new Moves(targets);
  }

  /** Reports every former key below an unknown one, else that one; whether there was any. */
  boolean report(String name, Node value, Reading at) {
    boolean reported = false;
    if (value instanceof Node.Mapping section) {
      for (Map.Entry<String, Node> entry : section.entries().entrySet()) {
        reported |= report(name + "." + entry.getKey(), entry.getValue(), at.child(entry.getKey()));
      }
    }
    Optional<String> moved = Optional.ofNullable(targets.get(name));
    if (!reported && moved.isPresent()) {
      at.fault(value, message(moved.get()));
      return true;
    }
    return reported;
  }

  private static String message(String target) {
    return target.isEmpty() ? "is no longer read; remove it" : "renamed: write " + target;
  }
}
