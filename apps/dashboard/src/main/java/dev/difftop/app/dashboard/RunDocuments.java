package dev.difftop.app.dashboard;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The documents about runs that the page reads. */
final class RunDocuments {
  /** Most points of a curve that are sent. */
  static final int MOST_POINTS = 800;

  private static final long SILENT_MS = 60_000;
  private static final Pattern BUDGET = Pattern.compile("(?m)^  budget: (\\d+)$");

  private final RunFolders folders;
  private final RunProcesses processes;

  RunDocuments(RunFolders folders, RunProcesses processes) {
    this.folders = folders;
    this.processes = processes;
  }

  /** All runs, one row each. */
  List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : folders.names()) {
      rows.add(row(name, folders.resolve(name)));
    }
    return rows;
  }

  private Map<String, Object> row(String name, Path folder) {
    Map<String, String> metrics = Tail.lastRow(folder.resolve("metrics.csv"));
    Map<String, String> evaluation = Tail.lastRow(folder.resolve("evaluations.csv"));
    double position = number(metrics.get("position"));
    double seconds = number(metrics.get("seconds"));
    double budget = budget(folder);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.put("status", status(name, folder));
    put(row, "position", position);
    put(row, "budget", budget);
    put(row, "left", seconds / position * (budget - position));
    put(row, "loss", number(metrics.get("loss")));
    put(row, "converged", number(metrics.get("converged")));
    put(row, "return", number(evaluation.get("return_mean")));
    put(row, "audit", number(Tail.lastRow(folder.resolve("audit.csv")).get("cosine")));
    row.put("video", Files.isRegularFile(folder.resolve("rollout.gif")));
    return row;
  }

  private String status(String name, Path folder) {
    if (Files.exists(folder.resolve("evaluation.json"))) {
      return "finished";
    }
    if (processes.isAlive(name, folder)) {
      return "running";
    }
    long silent = System.currentTimeMillis() - changed(folder);
    return silent < SILENT_MS ? "running" : "stopped";
  }

  private static long changed(Path folder) {
    long newest = 0;
    for (String file : List.of("metrics.csv", "manifest.json", "checkpoints/latest.h5")) {
      try {
        Path path = folder.resolve(file);
        newest =
            Files.exists(path)
                ? Math.max(newest, Files.getLastModifiedTime(path).toMillis())
                : newest;
      } catch (IOException e) {
        continue; // Replaced at this moment, so it is alive; the next look sees it.
      }
    }
    return newest;
  }

  private static double budget(Path folder) {
    try {
      Matcher matcher = BUDGET.matcher(Files.readString(folder.resolve("config.yaml")));
      return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double number(String cell) {
    try {
      return cell == null || cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static void put(Map<String, Object> row, String key, double value) {
    if (Double.isFinite(value)) {
      row.put(key, value);
    }
  }

  /** Names of the curves that a run has: {@code return} and the columns of its metrics. */
  List<String> curveNames(String run) {
    List<String> names = new ArrayList<>();
    Path folder = folders.resolve(run);
    if (!EvaluationsCsv.read(folder.resolve("evaluations.csv")).isEmpty()) {
      names.add("return");
    }
    MetricsCsv metrics = MetricsCsv.read(folder.resolve("metrics.csv"));
    metrics.columns().stream()
        .filter(column -> !column.equals("position") && !column.isEmpty())
        .forEach(names::add);
    return names;
  }

  /** One curve, decimated: {@code x}, {@code y}. */
  Map<String, Object> curve(String run, String name) {
    Path folder = folders.resolve(run);
    double[] x;
    double[] y;
    if (name.equals("return")) {
      List<EvaluationsCsv.Row> rows = EvaluationsCsv.read(folder.resolve("evaluations.csv"));
      x = rows.stream().mapToDouble(EvaluationsCsv.Row::position).toArray();
      y = rows.stream().mapToDouble(EvaluationsCsv.Row::mean).toArray();
    } else {
      MetricsCsv metrics = MetricsCsv.read(folder.resolve("metrics.csv"));
      if (!metrics.columns().contains(name)) {
        throw new Refusal(404, "the run has no curve of that name");
      }
      x = metrics.positions(name);
      y = metrics.values(name);
    }
    int[] kept = Decimation.indices(y, MOST_POINTS);
    List<Double> xs = new ArrayList<>();
    List<Double> ys = new ArrayList<>();
    for (int i : kept) {
      xs.add(x[i]);
      ys.add(Double.isFinite(y[i]) ? y[i] : null);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("run", run);
    out.put("x", xs);
    out.put("y", ys);
    return out;
  }
}
