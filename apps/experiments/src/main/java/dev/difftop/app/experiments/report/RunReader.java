package dev.difftop.app.experiments.report;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.io.Json;
import dev.difftop.app.experiments.statistics.LearningCurve;
import dev.difftop.app.experiments.sweep.RunStatus;
import dev.difftop.learning.run.EvaluationsCsv;
import dev.difftop.learning.run.MetricsCsv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads what run folders hold. */
final class RunReader {
  private static final String CONFIG = "config.yaml";
  private static final int HASH_SHOWN = 12;

  private RunReader() {}

  /** The resolved configuration as dotted keys. */
  static Map<String, String> configuration(Path folder) {
    Map<String, String> flat = new TreeMap<>();
    try {
      String text = Files.readString(folder.resolve(CONFIG));
      flatten("", new Yaml(new SafeConstructor(new LoaderOptions())).load(text), flat);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return flat;
  }

  private static void flatten(String prefix, Object node, Map<String, String> into) {
    if (node instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach(
          (key, value) -> flatten(prefix.isEmpty() ? "" + key : prefix + "." + key, value, into));
    } else {
      into.put(prefix, String.valueOf(node));
    }
  }

  /**
   * A run that belongs to no sweep.
   *
   * @throws DataException if a file of it cannot be read
   */
  static RunData read(Path folder) {
    boolean finished = Files.exists(folder.resolve("evaluation.json"));
    long seed = 0;
    String recorded = configuration(folder).get("run.seed");
    if (recorded != null && recorded.matches("-?\\d+")) {
      seed = Long.parseLong(recorded);
    }
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return read(
        folder,
        name,
        "",
        Map.of(),
        seed,
        finished ? RunStatus.FINISHED : RunStatus.PENDING,
        finished ? "" : "did not reach its end",
        "");
  }

  static RunData read(
      Path folder,
      String name,
      String label,
      Map<String, String> changes,
      long seed,
      RunStatus status,
      String reason,
      String hash) {
    Map<String, Object> manifest = document(folder.resolve("manifest.json"));
    Map<?, ?> compute = manifest.get("compute") instanceof Map<?, ?> map ? map : Map.of();
    List<EvaluationsCsv.Row> rows = EvaluationsCsv.read(folder.resolve("evaluations.csv"));
    boolean interacts =
        !rows.isEmpty() && rows.stream().allMatch(row -> row.environmentSteps() > 0);
    String known = hash.isEmpty() ? String.valueOf(manifest.get("config_sha256")) : hash;
    return new RunData(
        name,
        folder,
        label,
        changes,
        seed,
        status,
        reason,
        known,
        code(manifest),
        scores(document(folder.resolve("evaluation.json"))),
        curve(rows, interacts),
        interacts ? "environment steps" : "gradient steps",
        loss(folder),
        sum(compute.get("processor_seconds")),
        sum(compute.get("wall_seconds")));
  }

  private static List<String> code(Map<String, Object> manifest) {
    List<String> lines = new ArrayList<>();
    if (manifest.get("versions") instanceof Map<?, ?> versions) {
      versions.forEach((name, version) -> lines.add(name + " " + version));
    }
    if (manifest.get("plugins") instanceof List<?> plugins) {
      for (Object one : plugins) {
        if (one instanceof Map<?, ?> plugin) {
          String hash = String.valueOf(plugin.get("sha256"));
          lines.add(
              "%s %s %s (sha256 %s)"
                  .formatted(
                      plugin.get("service"),
                      plugin.get("name"),
                      plugin.get("version"),
                      hash.substring(0, Math.min(HASH_SHOWN, hash.length()))));
        }
      }
    }
    return lines;
  }

  private static Map<String, Object> document(Path file) {
    return Files.exists(file) ? Json.read(file) : Map.of();
  }

  private static Map<String, Double> scores(Map<String, Object> evaluation) {
    Map<String, Double> scores = new LinkedHashMap<>();
    Metrics.KEYS.forEach(
        (metric, key) -> {
          if (evaluation.get(key) instanceof Number number) {
            scores.put(metric, number.doubleValue());
          }
        });
    return scores;
  }

  private static Optional<LearningCurve> curve(List<EvaluationsCsv.Row> rows, boolean interacts) {
    Map<Double, Double> points = new TreeMap<>();
    rows.forEach(
        row ->
            points.put(
                (double) (interacts ? row.environmentSteps() : row.gradientSteps()), row.mean()));
    return ofPoints(points);
  }

  private static Optional<LearningCurve> loss(Path folder) {
    MetricsCsv metrics = MetricsCsv.read(folder.resolve("metrics.csv"));
    Optional<String> column =
        metrics.columns().stream()
            .filter(name -> name.equals("loss") || name.endsWith("_loss"))
            .filter(metrics::hasValues)
            .findFirst();
    if (column.isEmpty()) {
      return Optional.empty();
    }
    double[] positions = metrics.positions(column.get());
    double[] values = metrics.values(column.get());
    Map<Double, Double> points = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      points.put(positions[i], values[i]);
    }
    return ofPoints(points);
  }

  private static Optional<LearningCurve> ofPoints(Map<Double, Double> points) {
    points.values().removeIf(value -> !Double.isFinite(value));
    return points.size() < 2
        ? Optional.empty()
        : Optional.of(
            new LearningCurve(
                points.keySet().stream().mapToDouble(x -> x).toArray(),
                points.values().stream().mapToDouble(y -> y).toArray()));
  }

  private static double sum(Object byPhase) {
    return byPhase instanceof Map<?, ?> map
        ? map.values().stream().mapToDouble(v -> ((Number) v).doubleValue()).sum()
        : Double.NaN;
  }
}
