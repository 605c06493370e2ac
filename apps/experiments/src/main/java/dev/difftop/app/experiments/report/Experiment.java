package dev.difftop.app.experiments.report;

import dev.difftop.api.DataException;
import dev.difftop.app.experiments.sweep.Ledger;
import dev.difftop.app.experiments.sweep.LedgerEntry;
import dev.difftop.app.experiments.sweep.RunStatus;
import dev.difftop.app.experiments.sweep.SweepFolder;
import dev.difftop.learning.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs that are reported together, in cells.
 *
 * @param folders that they were read from
 * @param cells label to runs, in the order of the sweep
 * @param varied keys that tell cells from each other
 * @param paired whether runs of equal seeds are compared
 */
public record Experiment(
    List<Path> folders, Map<String, List<RunData>> cells, List<String> varied, boolean paired) {
  /** Keys that make no difference between cells. */
  private static final Set<String> SAME = Set.of("run.seed", "run.threads");

  /**
   * Reads folders: of sweeps, of runs, or folders of those.
   *
   * @throws DataException if one of them holds no runs
   */
  public static Experiment read(List<Path> folders) {
    List<RunData> runs = new ArrayList<>();
    List<RunData> loose = new ArrayList<>();
    boolean paired = true;
    for (Path folder : folders) {
      if (Ledger.isIn(folder)) {
        runs.addAll(ofSweep(new SweepFolder(folder)));
        paired &= isPaired(new SweepFolder(folder));
      } else {
        List<Path> found = runFolders(folder);
        if (found.isEmpty()) {
          throw new DataException(
              "MISSING_FILE",
              folder.toString(),
              "found no run and no ledger.jsonl; name a folder that train or sweep wrote",
              null);
        }
        found.forEach(run -> loose.add(RunReader.read(run)));
      }
    }
    runs.addAll(labelled(loose));
    Map<String, List<RunData>> cells = new LinkedHashMap<>();
    runs.forEach(run -> cells.computeIfAbsent(run.label(), l -> new ArrayList<>()).add(run));
    Set<String> varied = new LinkedHashSet<>();
    runs.forEach(run -> varied.addAll(run.changes().keySet()));
    return new Experiment(List.copyOf(folders), cells, List.copyOf(varied), paired);
  }

  private static List<Path> runFolders(Path folder) {
    if (RunFolder.isRun(folder)) {
      return List.of(folder);
    }
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> below = Files.list(folder)) {
      return below.filter(RunFolder::isRun).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPaired(SweepFolder sweep) {
    return sweep.ledger().events().stream()
        .filter(event -> "sweep".equals(event.get("event")))
        .reduce((first, last) -> last)
        .map(event -> !"none".equals(event.get("pair-by")))
        .orElse(true);
  }

  private static List<RunData> ofSweep(SweepFolder sweep) {
    List<RunData> runs = new ArrayList<>();
    for (LedgerEntry entry : sweep.ledger().current()) {
      Map<String, String> changes = new LinkedHashMap<>();
      entry.changes().forEach((key, value) -> changes.put(key, String.valueOf(value)));
      Object reason = entry.outcome().getOrDefault("reason", "");
      runs.add(
          RunReader.read(
              sweep.run(entry.name()),
              entry.name(),
              entry.label(),
              changes,
              entry.seed(),
              entry.status(),
              String.valueOf(reason),
              entry.hash()));
    }
    return runs;
  }

  /** Cells of runs without a sweep: by the keys in which their configurations differ. */
  private static List<RunData> labelled(List<RunData> runs) {
    List<Map<String, String>> configurations =
        runs.stream().map(run -> RunReader.configuration(run.folder())).toList();
    Set<String> differing = differing(configurations);
    List<RunData> out = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Map<String, String> changes = new LinkedHashMap<>();
      for (String key : differing) {
        changes.put(key, configurations.get(i).getOrDefault(key, ""));
      }
      String label =
          changes.entrySet().stream()
              .map(e -> e.getKey() + "=" + e.getValue())
              .collect(Collectors.joining(" "));
      out.add(runs.get(i).in(label.isEmpty() ? "base" : label, changes));
    }
    return out;
  }

  /** Keys whose values are not the same in all configurations. */
  static Set<String> differing(List<Map<String, String>> configurations) {
    Set<String> keys = new LinkedHashSet<>();
    configurations.forEach(one -> keys.addAll(one.keySet()));
    keys.removeIf(key -> configurations.stream().map(one -> one.get(key)).distinct().count() < 2);
    keys.removeAll(SAME);
    return keys;
  }

  /**
   * The same runs in cells that are named: those below a folder of {@code names} are in the cell of
   * its name, whatever their configurations are; the others stay where they are.
   *
   * @param names of cells, by a folder given to {@link #read}
   */
  public Experiment named(Map<Path, String> names) {
    Map<String, List<RunData>> named = new LinkedHashMap<>();
    Set<String> keys = new LinkedHashSet<>(names.isEmpty() ? List.of() : List.of("name"));
    for (RunData run : runs()) {
      Optional<String> name =
          names.keySet().stream()
              .filter(folder -> run.folder().startsWith(folder))
              .findFirst()
              .map(names::get);
      RunData in = name.map(n -> run.in(n, Map.of("name", n))).orElse(run);
      named.computeIfAbsent(in.label(), label -> new ArrayList<>()).add(in);
      keys.addAll(in.changes().keySet());
    }
    return new Experiment(folders, named, List.copyOf(keys), paired);
  }

  /** The same with every seed once in a cell: the same run again is no further evidence. */
  Experiment counted() {
    Map<String, List<RunData>> counted = new LinkedHashMap<>();
    cells.forEach((label, runs) -> counted.put(label, counted(runs)));
    return new Experiment(folders, counted, varied, paired);
  }

  private static List<RunData> counted(List<RunData> cell) {
    Map<Long, RunData> first = new HashMap<>();
    List<RunData> out = new ArrayList<>();
    for (RunData run : cell) {
      RunData other =
          run.status() == RunStatus.FINISHED ? first.putIfAbsent(run.seed(), run) : null;
      out.add(
          other == null
              ? run
              : run.uncounted("not counted: the same case and seed as " + other.folder()));
    }
    return out;
  }

  /** All runs. */
  public List<RunData> runs() {
    return cells.values().stream().flatMap(List::stream).toList();
  }
}
