package dev.difftop.assembly.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a configuration as it was written, and where. */
public sealed interface Node {
  Location place();

  /** What it is, for messages: {@code "abc"}, {@code a list}. */
  String found();

  /**
   * A single value.
   *
   * @param text as written, quotes removed
   * @param quoted whether it stood in quotes, and so is text whatever it looks like
   */
  record Scalar(String text, boolean quoted, Location place) implements Node {
    /** Whether nothing was written, or {@code null}. */
    public boolean isNull() {
      return !quoted && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    @Override
    public String found() {
      if (isNull()) {
        return "nothing";
      }
      return quoted ? "the text \"" + text + "\"" : text;
    }
  }

  /** A list. */
  record Sequence(List<Node> items, Location place) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String found() {
      return "a list";
    }
  }

  /** Keys and values, in the order in which they were written. */
  record Mapping(Map<String, Node> entries, Location place) implements Node {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    public static Mapping empty(Location place) {
      return new Mapping(Map.of(), place);
    }

    public Node get(String key) {
      return entries.get(key);
    }

    public Mapping without(String key) {
      Map<String, Node> changed = new LinkedHashMap<>(entries);
      changed.remove(key);
      return new Mapping(changed, place);
    }

    public Mapping with(String key, Node value) {
      Map<String, Node> changed = new LinkedHashMap<>(entries);
      changed.put(key, value);
      return new Mapping(changed, place);
    }

    @Override
    public String found() {
      return entries.isEmpty() ? "an empty section" : "a section with keys";
    }
  }
}
