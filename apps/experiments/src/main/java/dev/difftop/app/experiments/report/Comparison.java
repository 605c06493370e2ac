package dev.difftop.app.experiments.report;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.io.Json;
import dev.difftop.app.experiments.statistics.Bootstrap;
import dev.difftop.app.experiments.statistics.Improvement;
import dev.difftop.app.experiments.statistics.Interval;
import dev.difftop.learning.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Single runs side by side: where their configurations differ, what they scored, what they cost.
 * Intervals are over the episodes of one policy each; they say nothing about other seeds.
 */
public final class Comparison {
  private Comparison() {}

  /**
   * Compares runs with the first one.
   *
   * @throws DataException if a folder is not a finished run
   */
  public static Map<String, Object> of(List<Path> folders, Bootstrap bootstrap) {
    List<Map<String, String>> configurations = new ArrayList<>();
    List<double[]> returns = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Path folder : folders) {
      if (!RunFolder.isRun(folder) || !Files.exists(folder.resolve("evaluation.json"))) {
        throw new DataException(
            "MISSING_FILE",
            folder.toString(),
            "not a finished run: config.yaml, manifest.json or evaluation.json is missing",
            null);
      }
      configurations.add(RunReader.configuration(folder));
      returns.add(returns(folder));
      rows.add(row(folder, returns.get(0), returns.get(returns.size() - 1), bootstrap));
    }
    Map<String, Object> differences = new LinkedHashMap<>();
    for (String key : Experiment.differing(configurations)) {
      differences.put(key, configurations.stream().map(c -> c.getOrDefault(key, "")).toList());
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("runs", rows);
    out.put("differences", differences);
    out.put("note", "intervals over episodes of one policy each, no claim about other seeds");
    return out;
  }

  private static double[] returns(Path folder) {
    Map<String, Object> evaluation = Json.read(folder.resolve("evaluation.json"));
    return evaluation.get("returns") instanceof List<?> list
        ? list.stream()
            .filter(Number.class::isInstance)
            .mapToDouble(r -> ((Number) r).doubleValue())
            .toArray()
        : new double[0];
  }

  private static Map<String, Object> row(
      Path folder, double[] first, double[] returns, Bootstrap bootstrap) {
    RunData run = RunReader.read(folder);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("run", folder.toString());
    row.put("seed", run.seed());
    row.put("hash", run.hash());
    run.scores().forEach((metric, score) -> row.put(metric, score));
    row.put("episodes", returns.length);
    if (returns.length > 0) {
      row.put(
          "return_interval",
          ends(bootstrap.interval("return", new double[][] {returns}, Comparison::mean)));
    }
    if (returns != first && returns.length > 0 && first.length > 0) {
      double[][] x = {returns};
      double[][] y = {first};
      row.put("difference", mean(x) - mean(y));
      row.put(
          "difference_interval",
          ends(bootstrap.interval("difference", x, y, (a, b) -> mean(a) - mean(b))));
      row.put("probability_of_improvement", Improvement.probability(x, y));
    }
    row.put("processor_seconds", run.processorSeconds());
    row.put("seconds", run.seconds());
    return row;
  }

  private static double mean(double[][] scores) {
    return java.util.Arrays.stream(scores[0]).average().orElseThrow();
  }

  private static List<Double> ends(Interval interval) {
    return List.of(interval.low(), interval.high());
  }
}
