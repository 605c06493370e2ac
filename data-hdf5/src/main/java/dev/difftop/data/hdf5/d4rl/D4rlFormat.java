package dev.difftop.data.hdf5.d4rl;

import dev.difftop.data.hdf5.file.Agreement;
import dev.difftop.data.hdf5.file.Checks;
import dev.difftop.data.hdf5.file.Demo;
import dev.difftop.data.hdf5.file.Format;
import dev.difftop.data.hdf5.file.Index;
import dev.difftop.data.hdf5.file.Numbers;
import dev.difftop.data.hdf5.file.Rows;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * D4RL: flat arrays of N rows; an episode ends with a row that is terminal or timed out. Files
 * without {@code timeouts} are cut after exactly as many rows as the caller says (the original
 * helpers disagree with each other by a row there). The last episode may be incomplete.
 */
public final class D4rlFormat implements Format {
  private static final String TERMINALS = "terminals";
  private static final String TIMEOUTS = "timeouts";
  private static final String NEXT = "next_observations";
  private static final List<String> REQUIRED =
      List.of("observations", "actions", "rewards", TERMINALS);
  private static final Set<String> SINGLE = Set.of("rewards", TERMINALS, TIMEOUTS);
  private static final Map<String, String> NAMES =
      Map.of("observations", "obs/flat", NEXT, "next_obs/flat", TERMINALS, "dones");

  @Override
  public String name() {
    return "d4rl";
  }

  @Override
  public boolean isFlat() {
    return true;
  }

  @Override
  public boolean recognises(H5File file) {
    return REQUIRED.stream().filter(file.names()::contains).count() >= 2;
  }

  @Override
  public Index index(H5File file, Look look) {
    Map<String, Rows> arrays = Checks.arrays("", file, look, D4rlFormat::isPerRow);
    for (String name : REQUIRED) {
      Checks.required(file, arrays, name);
    }
    Checks.actions(file, arrays.get("actions"));
    checkObservations(file, arrays);
    long n = arrays.get("actions").count();
    arrays.forEach(
        (path, rows) -> {
          if (isPerRow(path)) {
            Checks.rows(file, path, rows, n, "actions");
          }
          if (SINGLE.contains(path)) {
            Checks.single(file, path, rows);
          }
        });
    if (n == 0) {
      throw file.fault(Kind.MISSING_KEY, "actions", "has no rows");
    }
    Ends ends = new Ends(file, arrays, look.maxEpisodeSteps());
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("rows", n);
    facts.put("q_learning_pairs", n - 1 - ends.timeoutsBeforeLast());
    return new Index(
        "", Map.of(), "", demos(arrays, ends.cuts()), Map.of(), arrays, facts, ends.warnings());
  }

  /** A vector a row, or an image. */
  private static void checkObservations(H5File file, Map<String, Rows> arrays) {
    Rows rows = arrays.get("observations");
    if (rows.rank() < 2) {
      throw file.fault(
          Kind.SHAPE_MISMATCH,
          "observations",
          "has shape " + Arrays.toString(rows.shape()) + "; expected two axes, or more for images");
    } else if (arrays.containsKey(NEXT)) {
      Agreement.requireSameRows(file, NEXT, arrays.get(NEXT), rows);
    }
  }

  /** In kitchen files {@code infos} is itself an array; elsewhere a group of arrays. */
  private static boolean isPerRow(String path) {
    return REQUIRED.contains(path)
        || path.equals(TIMEOUTS)
        || path.equals(NEXT)
        || Checks.under(path, "infos");
  }

  private static List<Demo> demos(Map<String, Rows> arrays, List<Long> cuts) {
    List<Demo> demos = new ArrayList<>();
    long from = 0;
    for (long end : cuts) {
      long first = from;
      Map<String, Rows> parts = new LinkedHashMap<>();
      arrays.forEach(
          (path, rows) -> {
            if (isPerRow(path)) {
              parts.put(path, rows.part(first, end - first));
            }
          });
      demos.add(new Demo("episode_" + demos.size(), (int) (end - first), parts));
      from = end;
    }
    return demos;
  }

  @Override
  public String place(Demo demo) {
    return "";
  }

  @Override
  public Map<String, Rows> fields(Demo demo) {
    Map<String, Rows> fields = new LinkedHashMap<>();
    demo.arrays().forEach((path, rows) -> fields.put(NAMES.getOrDefault(path, path), rows));
    return fields;
  }

  /** Where episodes end, by the markers of the file. */
  private static final class Ends {
    private final List<Long> cuts = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private long timeoutsBeforeLast;
    private long notFinite;

    Ends(H5File file, Map<String, Rows> arrays, int maxEpisodeSteps) {
      Rows terminals = arrays.get(TERMINALS);
      Rows timeouts = arrays.get(TIMEOUTS);
      boolean[] terminal = markers(file, terminals);
      if (notFinite > 0) {
        warnings.add(
            "terminals: %d are not finite; an episode ends with each of them".formatted(notFinite));
      }
      boolean[] timeout = timeouts == null ? null : markers(file, timeouts);
      long from = 0;
      for (int i = 0; i < terminal.length; i++) {
        boolean timedOut = timeout != null && timeout[i];
        boolean limit = timeout == null && i + 1 - from == maxEpisodeSteps;
        if (terminal[i] || timedOut || limit || i + 1 == terminal.length) {
          cuts.add(i + 1L);
          from = i + 1L;
        }
        timeoutsBeforeLast += timedOut && i + 1 < terminal.length ? 1 : 0;
      }
      int last = terminal.length - 1;
      if (!terminal[last] && (timeout == null || !timeout[last])) {
        warnings.add("the last episode has no end marker; it may be incomplete");
      }
      if (timeout == null && maxEpisodeSteps == 0) {
        warnings.add("no timeouts: episodes are cut at terminals only; set max-episode-steps");
      }
    }

    private boolean[] markers(H5File file, Rows rows) {
      boolean[] markers = new boolean[Math.toIntExact(rows.count())];
      int[] at = {0};
      Numbers.floats(
          file,
          rows,
          block -> {
            for (float value : block) {
              markers[at[0]++] = value != 0;
              notFinite += Float.isFinite(value) ? 0 : 1;
            }
          });
      return markers;
    }

    List<Long> cuts() {
      return cuts;
    }

    List<String> warnings() {
      return warnings;
    }

    long timeoutsBeforeLast() {
      return timeoutsBeforeLast;
    }
  }
}
