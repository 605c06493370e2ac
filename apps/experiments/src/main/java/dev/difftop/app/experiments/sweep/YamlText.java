package dev.difftop.app.experiments.sweep;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.app.experiments.io.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Nodes of a YAML file, and their texts as values of {@code key=value}. */
final class YamlText {
  private YamlText() {}

  /** An entry of a mapping. */
  record Entry(Node value, int line) {}

  /**
   * The outermost mapping of a file.
   *
   * @throws ConfigurationException if it cannot be read, or is not a mapping
   */
  static MappingNode read(Path file) {
    try {
      LoaderOptions options = new LoaderOptions();
      options.setNestingDepthLimit(50);
      options.setMaxAliasesForCollections(50);
      String text = Files.readString(file);
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      if (root instanceof MappingNode mapping) {
        return mapping;
      }
      throw fault(file, 1, "found no keys, expected a sweep: base or extends, and sweep");
    } catch (NoSuchFileException e) {
      throw fault(file, 0, "there is no such file");
    } catch (IOException e) {
      throw fault(file, 0, "cannot be read: " + e.getMessage());
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw fault(file, line, "not readable as YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw fault(file, 0, "not readable as YAML: " + e.getMessage());
    }
  }

  private static ConfigurationException fault(Path file, int line, String message) {
    return new ConfigurationException(new Violation("", file.toString(), line, message));
  }

  static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /**
   * The entries of a mapping in their order.
   *
   * @throws ConfigurationException on a key twice, or one that is not a word
   */
  static Map<String, Entry> entries(MappingNode mapping, Path file) {
    Map<String, Entry> out = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      int line = line(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw fault(file, line, "a key is a list or a section, expected a word");
      }
      if (out.put(key.getValue(), new Entry(tuple.getValueNode(), line)) != null) {
        throw fault(file, line, "the key " + key.getValue() + " stands here a second time");
      }
    }
    return out;
  }

  /** A node on one line. What a plain scalar means is decided by the key that it is bound to. */
  static String flow(Node node) {
    if (node instanceof ScalarNode scalar) {
      boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
      return plain ? scalar.getValue() : Json.line(scalar.getValue());
    }
    if (node instanceof SequenceNode list) {
      return list.getValue().stream()
          .map(YamlText::flow)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return ((MappingNode) node)
        .getValue().stream()
            .map(tuple -> flow(tuple.getKeyNode()) + ": " + flow(tuple.getValueNode()))
            .collect(Collectors.joining(", ", "{", "}"));
  }

  /** The leaves of a node as {@code key.key} to value; lists are leaves. */
  static void flatten(String prefix, Node node, Map<String, String> into) {
    if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
      for (NodeTuple tuple : mapping.getValue()) {
        flatten(prefix + "." + flow(tuple.getKeyNode()), tuple.getValueNode(), into);
      }
    } else {
      into.put(prefix, flow(node));
    }
  }
}
