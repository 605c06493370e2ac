package dev.difftop.app.dashboard;

import dev.difftop.app.experiments.sweep.LedgerEntry;
import dev.difftop.app.experiments.sweep.SweepFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The documents about runs that the page reads. */
final class RunDocuments {
  /** Most points of a curve that are sent. */
  static final int MOST_POINTS = 800;

  private static final int FEWEST_POINTS = 50;
  private static final int MOST_KNOWN = 300;
  private static final long SILENT_MS = 60_000;
  private static final Pattern BUDGET = Pattern.compile("(?m)^  budget: (\\d+)$");
  private static final String RETURN = "return";
  private static final String METRICS = "metrics.csv";
  private static final String EVALUATIONS = "evaluations.csv";

  private final RunFolders folders;
  private final Sweeps sweeps;
  private final RunProcesses processes;

  /** The curves that were asked for last; the others are read again when they are. */
  private final Map<String, GrowingCurve> curves =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, GrowingCurve> eldest) {
              return size() > MOST_KNOWN;
            }
          });

  RunDocuments(RunFolders folders, Sweeps sweeps, RunProcesses processes) {
    this.folders = folders;
    this.sweeps = sweeps;
    this.processes = processes;
  }

  /** All runs, one row each, and the names of the curves that they have. */
  Map<String, Object> overview() {
    RunFolders.Found found = folders.find();
    RunLocks locks = RunLocks.read();
    Set<String> names = new LinkedHashSet<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : found.runs()) {
      try {
        rows.add(row(name, folders.resolve(name), locks, names));
      } catch (Refusal e) {
        continue; // Removed at this moment.
      }
    }
    for (Path sweep : found.sweeps()) {
      sweeps.waiting(sweep).forEach(entry -> rows.add(waiting(sweep, entry)));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("folder", folders.root().toString());
    out.put("curves", names);
    out.put("runs", rows);
    return out;
  }

  private Map<String, Object> row(String name, Path folder, RunLocks locks, Set<String> names) {
    Map<String, String> metrics = Tail.lastRow(folder.resolve(METRICS));
    Map<String, String> evaluation = Tail.lastRow(folder.resolve(EVALUATIONS));
    names(metrics, evaluation, names);
    double position = Cells.number(metrics.get("position"));
    double seconds = Cells.number(metrics.get("seconds"));
    double budget = budget(folder);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.putAll(status(name, folder, locks));
    put(row, "position", position);
    put(row, "budget", budget);
    put(row, "left", seconds / position * (budget - position));
    put(row, "loss", loss(metrics));
    put(row, "converged", Cells.number(metrics.get("converged")));
    put(row, RETURN, Cells.number(evaluation.get("return_mean")));
    put(row, "audit", Cells.number(Tail.lastRow(folder.resolve("audit.csv")).get("cosine")));
    row.put("video", Files.isRegularFile(folder.resolve("rollout.gif")));
    row.put("sweep", Sweeps.of(folder).map(folders::name).orElse(""));
    return row;
  }

  /** The return first: it is what is looked at. */
  private static void names(
      Map<String, String> metrics, Map<String, String> evaluation, Set<String> names) {
    if (!evaluation.isEmpty() && !names.contains(RETURN)) {
      List<String> others = List.copyOf(names);
      names.clear();
      names.add(RETURN);
      names.addAll(others);
    }
    metrics.keySet().stream()
        .filter(column -> !column.equals("position") && !column.isEmpty())
        .forEach(names::add);
  }

  /** Learners of several losses have none of that name. */
  private static double loss(Map<String, String> metrics) {
    return metrics.entrySet().stream()
        .filter(cell -> cell.getKey().equals("loss") || cell.getKey().endsWith("_loss"))
        .mapToDouble(cell -> Cells.number(cell.getValue()))
        .filter(Double::isFinite)
        .findFirst()
        .orElse(Double.NaN);
  }

  private Map<String, Object> waiting(Path sweep, LedgerEntry entry) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", folders.name(new SweepFolder(sweep).run(entry.name())));
    row.put("status", entry.status().isFailure() ? entry.status().word() : "waiting");
    reason(entry).ifPresent(reason -> row.put("reason", reason));
    row.put("video", false);
    row.put("sweep", folders.name(sweep));
    return row;
  }

  private static Optional<String> reason(LedgerEntry entry) {
    return entry.status().isFailure()
        ? Optional.ofNullable(entry.outcome().get("reason")).map(String::valueOf)
        : Optional.empty();
  }

  /** What became of a run, and why where it failed. */
  private Map<String, Object> status(String name, Path folder, RunLocks locks) {
    // First: a finished run may resume with a larger budget.
    Optional<Boolean> locked = locks.isHeld(folder);
    if (locked.orElse(false) || processes.isAlive(name, folder)) {
      return Map.of("status", "running");
    }
    if (Files.exists(folder.resolve("evaluation.json"))) {
      return Map.of("status", "finished");
    }
    Optional<LedgerEntry> entry = sweeps.entry(folder);
    if (entry.isPresent() && entry.get().status().isFailure()) {
      Map<String, Object> failure = new LinkedHashMap<>();
      failure.put("status", entry.get().status().word());
      reason(entry.get()).ifPresent(reason -> failure.put("reason", reason));
      return failure;
    }
    // On another machine: what it wrote last is all there is to see.
    boolean alive = locked.isEmpty() && System.currentTimeMillis() - changed(folder) < SILENT_MS;
    return Map.of("status", alive ? "running" : "stopped");
  }

  private static long changed(Path folder) {
    long newest = 0;
    for (String file : List.of(METRICS, "manifest.json", "checkpoints/latest.h5")) {
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
      return Double.NaN; // Removed at this moment.
    }
  }

  private static void put(Map<String, Object> row, String key, double value) {
    if (Double.isFinite(value)) {
      row.put(key, value);
    }
  }

  /**
   * One curve, decimated: {@code x}, {@code y}; both empty if the run has none of that name.
   *
   * @param most points; within bounds of this class
   */
  Map<String, Object> curve(String run, String name, int most) {
    Path folder = folders.resolve(run);
    boolean isReturn = name.equals(RETURN);
    GrowingCurve curve =
        curves.computeIfAbsent(
            folder + "\n" + name,
            key ->
                isReturn
                    ? new GrowingCurve(folder.resolve(EVALUATIONS), "return_mean")
                    : new GrowingCurve(folder.resolve(METRICS), name));
    GrowingCurve.Points points = curve.points(Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, most)));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("run", run);
    out.put("x", points.x());
    out.put("y", points.y());
    return out;
  }

  /** Configurations that a run can be started with: of runs, and YAML files beside them. */
  List<String> configurations() {
    List<String> names = new ArrayList<>();
    try (java.nio.file.DirectoryStream<Path> files =
        Files.newDirectoryStream(folders.root(), "*.{yaml,yml}")) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (IOException e) {
      return List.of(); // Removed, or not to be read: there is nothing to start.
    }
    Collections.sort(names);
    folders
        .find()
        .runs()
        .forEach(run -> names.add(run.equals(".") ? "config.yaml" : run + "/config.yaml"));
    return List.copyOf(new LinkedHashSet<>(names));
  }
}
