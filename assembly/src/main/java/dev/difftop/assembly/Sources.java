package dev.difftop.assembly;

import dev.difftop.api.Preset;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Violation;
import dev.difftop.assembly.yaml.Node;
import dev.difftop.assembly.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files with the files and presets that they extend. The key {@code extends} names one or several;
 * later ones are put over earlier ones, the file itself over all.
 */
final class Sources {
  static final String EXTENDS = "extends";
  private static final String PRESET = "preset:";

  private final Plugins plugins;
  private final Kind kind;
  private final Merge merge;

  /**
   * Sources of one configuration.
   *
   * @param kind its schema; null to merge without regard to plugins
   * @param notes receives a line for every plugin that one of them replaces
   */
  Sources(Plugins plugins, Kind kind, List<String> notes) {
    this.plugins = plugins;
    this.kind = kind;
    this.merge = new Merge(plugins, notes);
  }

  /**
   * A file.
   *
   * @throws ConfigurationException if it, or what it extends, cannot be read
   */
  Node.Mapping file(Path file) {
    return file(file, List.of());
  }

  /**
   * A text.
   *
   * @param source what messages call it
   * @param base the folder that relative paths in it start from
   * @throws ConfigurationException as {@link #file(Path)}
   */
  Node.Mapping text(String text, String source, Path base) {
    return extended(YamlReader.file(text, source, base), List.of(source));
  }

  private Node.Mapping file(Path file, List<String> chain) {
    Path absolute = file.toAbsolutePath().normalize();
    Node.Mapping own = YamlReader.file(read(file), file.toString(), absolute.getParent());
    return extended(own, with(chain, absolute.toString()));
  }

  /**
   * A configuration over what it extends.
   *
   * @param chain the files and presets from the outermost one to this one
   */
  private Node.Mapping extended(Node.Mapping own, List<String> chain) {
    Node bases = own.get(EXTENDS);
    if (bases == null) {
      return own;
    }
    List<Node> names = bases instanceof Node.Sequence list ? list.items() : List.of(bases);
    Node.Mapping merged = Node.Mapping.empty(own.place());
    for (Node name : names) {
      merged = merge.sections(kind, merged, base(name, chain));
    }
    return merge.sections(kind, merged, own.without(EXTENDS));
  }

  private Node.Mapping base(Node node, List<String> chain) {
    if (!(node instanceof Node.Scalar name) || name.isNull()) {
      throw violation(node, "found %s, expected a file or preset:NAME".formatted(node.found()));
    }
    if (name.text().startsWith(PRESET)) {
      return preset(name, chain);
    }
    Path file = path(name);
    requireNew(name, file.toAbsolutePath().normalize().toString(), chain);
    if (!Files.exists(file)) {
      throw violation(name, "there is no such file: " + file);
    }
    return file(file, chain);
  }

  private static Path path(Node.Scalar name) {
    try {
      return name.place().base().resolve(name.text());
    } catch (InvalidPathException e) {
      throw violation(name, "not a path: " + e.getMessage());
    }
  }

  private Node.Mapping preset(Node.Scalar node, List<String> chain) {
    String name = node.text().substring(PRESET.length()).strip();
    Optional<Preset> preset =
        plugins.presets().stream().filter(p -> p.name().equals(name)).findFirst();
    if (preset.isEmpty()) {
      throw violation(node, plugins.explainMissingPreset(name));
    }
    requireNew(node, PRESET + name, chain);
    Node.Mapping own = YamlReader.file(preset.get().yaml(), PRESET + name, Path.of(""));
    return extended(own, with(chain, PRESET + name));
  }

  private static void requireNew(Node node, String source, List<String> chain) {
    if (chain.contains(source)) {
      throw violation(node, "extends itself: " + String.join(" -> ", with(chain, source)));
    }
  }

  private static List<String> with(List<String> chain, String last) {
    List<String> longer = new ArrayList<>(chain);
    longer.add(last);
    return longer;
  }

  private static ConfigurationException violation(Node node, String message) {
    return new ConfigurationException(node.place().violation(EXTENDS, message));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (CharacterCodingException e) {
      throw unreadable(file, "is not text in UTF-8");
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e.getMessage());
    }
  }

  private static ConfigurationException unreadable(Path file, String problem) {
    return new ConfigurationException(new Violation("", file.toString(), 0, problem));
  }
}
