package dev.difftop.app.experiments.sweep;

import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Nearest;
import dev.difftop.api.config.Violation;
import dev.difftop.app.experiments.sweep.YamlText.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a sweep file; everything that is wrong with it is reported at once. */
public final class SweepReader {
  static final List<String> KEYS =
      List.of(
          "product",
          "zip",
          "cases",
          "exclude",
          "seeds",
          "pair-by",
          "on-invalid",
          "on-failure",
          "time-limit");
  private static final String PRESET = "preset:";
  private static final int MOST_SEEDS = 10_000;

  private final Path file;
  private final List<Violation> faults = new ArrayList<>();

  private SweepReader(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException with everything that is wrong
   */
  public static SweepSpec read(Path file) {
    SweepReader reader = new SweepReader(file);
    SweepSpec spec = reader.spec(YamlText.entries(YamlText.read(file), file));
    if (!reader.faults.isEmpty()) {
      throw new ConfigurationException(reader.faults);
    }
    return spec;
  }

  private void fault(String key, int line, String message) {
    faults.add(new Violation(key, file.toString(), line, message));
  }

  private SweepSpec spec(Map<String, Entry> root) {
    Map<String, String> overrides = new LinkedHashMap<>();
    root.forEach(
        (key, entry) -> {
          if (!List.of("base", "extends", "sweep").contains(key)) {
            YamlText.flatten(key, entry.value(), overrides);
          }
        });
    List<String> base = base(root);
    Map<String, Entry> sweep = section(root);
    List<SweepSpec.Group> groups = new ArrayList<>(product(sweep.get("product")));
    groups.addAll(zip(sweep.get("zip")));
    repeatedKeys(groups, sweep);
    return new SweepSpec(
        file,
        base,
        Variation.of(overrides).overrides(),
        groups,
        cases(sweep.get("cases")),
        exclude(sweep.get("exclude"), groups),
        seeds(sweep.get("seeds")),
        word(sweep, "pair-by", "seed", List.of("seed", "none")).equals("none")
            ? SweepSpec.Pairing.NONE
            : SweepSpec.Pairing.SEED,
        word(sweep, "on-invalid", "refuse", List.of("refuse", "skip")).equals("skip"),
        parsed(sweep, "on-failure", OnFailure::parse).orElse(OnFailure.CONTINUE),
        this.<Duration>parsed(sweep, "time-limit", Durations::parse));
  }

  private List<String> base(Map<String, Entry> root) {
    Entry entry = root.containsKey("base") ? root.get("base") : root.get("extends");
    if (entry == null || (root.containsKey("base") && root.containsKey("extends"))) {
      fault("", 0, "expected either base: CONFIG or extends: CONFIG, the configuration to vary");
      return List.of();
    }
    List<Node> nodes =
        entry.value() instanceof SequenceNode list ? list.getValue() : List.of(entry.value());
    List<String> names = new ArrayList<>();
    for (Node node : nodes) {
      if (node instanceof ScalarNode scalar) {
        names.add(base(scalar.getValue(), entry.line()));
      } else {
        fault("base", entry.line(), "found a section, expected the path of a configuration");
      }
    }
    return names;
  }

  private String base(String name, int line) {
    if (name.startsWith(PRESET)) {
      return name;
    }
    Path base = file.toAbsolutePath().getParent().resolve(name).normalize();
    if (!Files.isRegularFile(base)) {
      fault("base", line, "there is no file " + base);
    }
    return base.toString();
  }

  private Map<String, Entry> section(Map<String, Entry> root) {
    Entry entry = root.get("sweep");
    if (entry == null || !(entry.value() instanceof MappingNode mapping)) {
      fault("sweep", entry == null ? 0 : entry.line(), "expected a section with " + KEYS);
      return Map.of();
    }
    Map<String, Entry> entries = YamlText.entries(mapping, file);
    entries.forEach(
        (key, value) -> {
          if (!KEYS.contains(key)) {
            fault(
                "sweep." + key,
                value.line(),
                "unknown key; there are " + String.join(", ", KEYS) + Nearest.hint(key, KEYS));
          }
        });
    return entries;
  }

  private List<SweepSpec.Group> product(Entry entry) {
    List<SweepSpec.Group> groups = new ArrayList<>();
    axes("sweep.product", entry)
        .forEach((key, values) -> groups.add(new SweepSpec.Group(Map.of(key, values))));
    return groups;
  }

  /** One group of keys in step, or a list of such groups. */
  private List<SweepSpec.Group> zip(Entry entry) {
    List<SweepSpec.Group> groups = new ArrayList<>();
    if (entry == null) {
      return groups;
    }
    List<Node> nodes =
        entry.value() instanceof SequenceNode list ? list.getValue() : List.of(entry.value());
    for (Node node : nodes) {
      Map<String, List<String>> axes = axes("sweep.zip", new Entry(node, entry.line()));
      if (axes.values().stream().mapToInt(List::size).distinct().count() > 1) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        axes.forEach((key, values) -> sizes.put(key, values.size()));
        fault(
            "sweep.zip",
            entry.line(),
            "found %s values, expected as many of each".formatted(sizes));
      } else if (!axes.isEmpty()) {
        groups.add(new SweepSpec.Group(axes));
      }
    }
    return groups;
  }

  private Map<String, List<String>> axes(String path, Entry entry) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    if (entry == null) {
      return out;
    }
    if (!(entry.value() instanceof MappingNode mapping)) {
      fault(path, entry.line(), "expected keys with lists of values, such as {horizon: [3, 5]}");
      return out;
    }
    YamlText.entries(mapping, file)
        .forEach(
            (key, values) -> {
              List<String> texts =
                  values.value() instanceof SequenceNode list
                      ? list.getValue().stream().map(YamlText::flow).toList()
                      : List.of();
              if (texts.isEmpty()) {
                fault(path + "." + key, values.line(), "expected a list of at least one value");
              } else if (texts.stream().distinct().count() < texts.size()
                  && path.endsWith("product")) {
                fault(path + "." + key, values.line(), "a value stands here a second time");
              } else {
                out.put(key, texts);
              }
            });
    return out;
  }

  private void repeatedKeys(List<SweepSpec.Group> groups, Map<String, Entry> sweep) {
    List<String> keys = groups.stream().flatMap(g -> g.values().keySet().stream()).toList();
    keys.stream()
        .filter(key -> keys.indexOf(key) != keys.lastIndexOf(key))
        .distinct()
        .forEach(
            key ->
                fault("sweep.zip." + key, sweep.get("zip").line(), "varied in another group, too"));
    if (keys.contains("run.seed") || keys.contains("seed")) {
      fault("sweep", 0, "seeds are varied by seeds: [...], not as a key");
    }
  }

  private List<Variation> cases(Entry entry) {
    List<Variation> out = new ArrayList<>();
    for (Map.Entry<Map<String, Entry>, Integer> one : mappings("sweep.cases", entry)) {
      Map<String, String> changes = new LinkedHashMap<>();
      one.getKey()
          .forEach(
              (key, value) -> {
                if (!key.equals("name")) {
                  YamlText.flatten(key, value.value(), changes);
                }
              });
      Entry name = one.getKey().get("name");
      String label = name == null ? "" : YamlText.flow(name.value());
      if (!label.matches("[A-Za-z0-9][A-Za-z0-9._ -]*")) {
        fault(
            "sweep.cases",
            one.getValue(),
            "expected a name of letters, digits, . _ - for every case");
      } else if (out.stream().anyMatch(other -> other.label().equals(label))) {
        fault("sweep.cases", one.getValue(), "two cases have the name " + label);
      } else {
        out.add(new Variation(label, changes));
      }
    }
    return out;
  }

  private List<Map<String, String>> exclude(Entry entry, List<SweepSpec.Group> groups) {
    List<Map<String, String>> out = new ArrayList<>();
    Map<String, List<String>> axes = new LinkedHashMap<>();
    groups.forEach(group -> axes.putAll(group.values()));
    for (Map.Entry<Map<String, Entry>, Integer> one : mappings("sweep.exclude", entry)) {
      Map<String, String> values = new LinkedHashMap<>();
      one.getKey()
          .forEach(
              (key, value) -> {
                String text = YamlText.flow(value.value());
                values.put(key, text);
                if (!axes.containsKey(key)) {
                  fault(
                      "sweep.exclude." + key,
                      value.line(),
                      "not varied; varied are %s%s"
                          .formatted(axes.keySet(), Nearest.hint(key, axes.keySet())));
                } else if (!axes.get(key).contains(text)) {
                  fault(
                      "sweep.exclude." + key,
                      value.line(),
                      "found %s, which is none of its values %s".formatted(text, axes.get(key)));
                }
              });
      out.add(values);
    }
    return out;
  }

  private List<Map.Entry<Map<String, Entry>, Integer>> mappings(String path, Entry entry) {
    List<Map.Entry<Map<String, Entry>, Integer>> out = new ArrayList<>();
    if (entry == null) {
      return out;
    }
    if (!(entry.value() instanceof SequenceNode list)) {
      fault(path, entry.line(), "expected a list of sections");
      return out;
    }
    for (Node node : list.getValue()) {
      if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
        out.add(Map.entry(YamlText.entries(mapping, file), YamlText.line(node)));
      } else {
        fault(path, YamlText.line(node), "expected a section such as {key: value}");
      }
    }
    return out;
  }

  /** A list of seeds, or how many: 1 to n. */
  private List<Long> seeds(Entry entry) {
    if (entry == null) {
      return List.of(1L);
    }
    try {
      List<Long> seeds =
          entry.value() instanceof SequenceNode list
              ? list.getValue().stream().map(node -> Long.parseLong(YamlText.flow(node))).toList()
              : upTo(Long.parseLong(YamlText.flow(entry.value())));
      if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
        fault("sweep.seeds", entry.line(), "found %s, expected distinct seeds".formatted(seeds));
      }
      return seeds;
    } catch (NumberFormatException e) {
      fault("sweep.seeds", entry.line(), "expected whole numbers, or how many seeds");
      return List.of();
    }
  }

  private static List<Long> upTo(long count) {
    if (count < 1 || count > MOST_SEEDS) {
      throw new NumberFormatException("seeds");
    }
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  private String word(
      Map<String, Entry> sweep, String key, String otherwise, List<String> allowed) {
    Entry entry = sweep.get(key);
    String found = entry == null ? otherwise : YamlText.flow(entry.value());
    if (!allowed.contains(found)) {
      fault("sweep." + key, entry.line(), "found %s, expected one of %s".formatted(found, allowed));
    }
    return found;
  }

  private <T> Optional<T> parsed(Map<String, Entry> sweep, String key, Function<String, T> parse) {
    Entry entry = sweep.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(YamlText.flow(entry.value())));
    } catch (IllegalArgumentException e) {
      fault("sweep." + key, entry.line(), e.getMessage());
      return Optional.empty();
    }
  }
}
