package dev.difftop.assembly.yaml;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * From YAML text to nodes with their places. What a scalar means is decided by the key it is bound
 * to, not by how it looks: {@code 1e-8} is a number where a number is asked for.
 */
public final class YamlReader {
  private static final int MOST_CHARACTERS = 4_000_000;
  private static final int MOST_ALIASES = 50;
  private static final int DEEPEST = 50;
  private static final String MERGE = "<<";

  private final String source;
  private final Path base;
  private final boolean lines;
  private final Deque<org.yaml.snakeyaml.nodes.Node> open = new ArrayDeque<>();
  private int aliases;

  private YamlReader(String source, Path base, boolean lines) {
    this.source = source;
    this.base = base;
    this.lines = lines;
  }

  /**
   * A whole file.
   *
   * @throws ConfigurationException if it is not YAML, or not a mapping of keys to values
   */
  public static Node.Mapping file(String text, String source, Path base) {
    Node root = new YamlReader(source, base, true).read(text);
    if (root instanceof Node.Mapping mapping) {
      return mapping;
    }
    if (root instanceof Node.Scalar scalar && scalar.isNull()) {
      return Node.Mapping.empty(new Location(source, 0, base));
    }
    throw new ConfigurationException(
        root.place()
            .violation("", "found %s, expected keys and their values".formatted(root.found())));
  }

  /**
   * One value, such as a default or an override.
   *
   * @throws ConfigurationException if it is not YAML
   */
  public static Node value(String text, Location place) {
    return new YamlReader(place.source(), place.base(), false).read(text);
  }

  private Node read(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_CHARACTERS);
    options.setNestingDepthLimit(DEEPEST);
    try {
      var root = new Yaml(new SafeConstructor(options)).compose(new java.io.StringReader(text));
      return root == null ? new Node.Scalar("", false, place(null)) : convert(root, place(root));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw fault(line, e.getProblem());
    } catch (YAMLException e) {
      throw fault(0, e.getMessage());
    }
  }

  private ConfigurationException fault(int line, String problem) {
    String text = "not readable as YAML: " + problem.replaceAll("\\s+", " ");
    return new ConfigurationException(new Violation("", source, lines ? line : 0, text));
  }

  private Location place(org.yaml.snakeyaml.nodes.Node node) {
    int line = node == null || !lines ? 0 : node.getStartMark().getLine() + 1;
    return new Location(source, line, base);
  }

  /** A node; what a key holds stands at the line of the key. */
  private Node convert(org.yaml.snakeyaml.nodes.Node node, Location place) {
    if (node instanceof ScalarNode scalar) {
      boolean quoted = scalar.getScalarStyle() != ScalarStyle.PLAIN;
      return new Node.Scalar(scalar.getValue(), quoted, place);
    }
    guardAliases(node);
    open.push(node);
    Node converted =
        node instanceof MappingNode mapping
            ? mapping(mapping, place)
            : sequence((SequenceNode) node, place);
    open.pop();
    return converted;
  }

  /** An alias inside of what it stands for never ends; many nested aliases grow without bound. */
  private void guardAliases(org.yaml.snakeyaml.nodes.Node node) {
    boolean recursive = open.contains(node);
    if (recursive || (node.getAnchor() != null && ++aliases > MOST_ALIASES)) {
      throw fault(
          node.getStartMark().getLine() + 1,
          recursive ? "an alias stands inside of what it repeats" : "too many aliases");
    }
  }

  private Node.Sequence sequence(SequenceNode node, Location place) {
    List<Node> items = new ArrayList<>();
    node.getValue().forEach(item -> items.add(convert(item, place(item))));
    return new Node.Sequence(items, place);
  }

  private Node.Mapping mapping(MappingNode node, Location place) {
    Map<String, Node> entries = new LinkedHashMap<>();
    List<Node.Mapping> merged = new ArrayList<>();
    for (NodeTuple tuple : node.getValue()) {
      int line = tuple.getKeyNode().getStartMark().getLine() + 1;
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw fault(line, "a key is a list or a section, expected a word");
      }
      Node value = convert(tuple.getValueNode(), place(key));
      if (isMerge(key)) {
        merged.addAll(mergedMappings(value, line));
      } else if (entries.put(key.getValue(), value) != null) {
        throw fault(line, "the key " + key.getValue() + " stands here a second time");
      }
    }
    // What the section says itself wins, then the mapping that is merged first.
    merged.forEach(mapping -> mapping.entries().forEach(entries::putIfAbsent));
    return new Node.Mapping(entries, place);
  }

  private static boolean isMerge(ScalarNode key) {
    return key.getValue().equals(MERGE) && key.getScalarStyle() == ScalarStyle.PLAIN;
  }

  /** The mappings of a merge key: one, or a list of them. */
  private List<Node.Mapping> mergedMappings(Node value, int line) {
    List<Node> nodes = value instanceof Node.Sequence list ? list.items() : List.of(value);
    List<Node.Mapping> mappings = new ArrayList<>();
    for (Node node : nodes) {
      if (!(node instanceof Node.Mapping mapping)) {
        throw fault(
            line,
            "found %s after %s, expected a section or an alias of one"
                .formatted(node.found(), MERGE));
      }
      mappings.add(mapping);
    }
    return mappings;
  }
}
