package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.sweep.Ledger;
import dev.difftop.app.experiments.sweep.SweepFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What made an experiment: commands, code. */
final class Provenance {
  private Provenance() {}

  /** The commands that made the runs and the report. */
  static List<String> commands(Summary summary) {
    List<String> lines = new ArrayList<>();
    for (Path folder : summary.experiment().folders()) {
      if (Ledger.isIn(folder)) {
        new Ledger(folder)
            .events().stream()
                .filter(event -> "sweep".equals(event.get("event")))
                .map(
                    event ->
                        "difftop sweep %s --out %s"
                            .formatted(shown(Path.of("" + event.get("file"))), shown(folder)))
                .distinct()
                .forEach(lines::add);
      } else {
        lines.add("# runs in " + shown(folder));
      }
    }
    lines.add(summary.settings().command());
    return lines;
  }

  /** The command that makes one run again. */
  static String command(Experiment experiment, RunData run) {
    Path config = run.folder().resolve("config.yaml");
    for (Path folder : experiment.folders()) {
      SweepFolder sweep = new SweepFolder(folder);
      if (Ledger.isIn(folder) && run.folder().equals(sweep.run(run.name()))) {
        config = sweep.config(run.name());
      }
    }
    return "difftop train %s --out runs/%s".formatted(shown(config), run.name());
  }

  /** A path as one would type it in the working directory. */
  private static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    Path shown = absolute.startsWith(here) ? here.relativize(absolute) : absolute;
    String text = shown.toString().isEmpty() ? "." : shown.toString();
    return text.matches("[\\w./+@=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** Versions of difftop, Java and plugins, and how many runs have them where not all do. */
  static List<String> code(Experiment experiment) {
    Map<String, Integer> counts = new TreeMap<>();
    List<RunData> begun = experiment.runs().stream().filter(run -> !run.code().isEmpty()).toList();
    begun.forEach(run -> run.code().forEach(line -> counts.merge(line, 1, Integer::sum)));
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (line, count) ->
            lines.add(count == begun.size() ? line : line + " in %d runs".formatted(count)));
    return lines;
  }
}
