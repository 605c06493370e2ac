package dev.difftop.app.experiments.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a sweep stands.
 *
 * @param folder of the sweep
 * @param entries of its runs, in the order of the plan
 * @param stopped whether it was stopped before everything was done
 */
public record SweepResult(Path folder, List<LedgerEntry> entries, boolean stopped) {
  /** How many runs have a status. */
  public long count(RunStatus status) {
    return entries.stream().filter(entry -> entry.status() == status).count();
  }

  /** Whether every run has finished. */
  public boolean isComplete() {
    return count(RunStatus.FINISHED) == entries.size();
  }

  /** Runs that ended without a result. */
  public List<LedgerEntry> failures() {
    return entries.stream().filter(entry -> entry.status().isFailure()).toList();
  }

  /** Runs that something outside of them ended too often, although nobody stopped the sweep. */
  public List<LedgerEntry> interrupted() {
    return stopped
        ? List.of()
        : entries.stream()
            .filter(entry -> entry.status() == RunStatus.PENDING)
            .filter(entry -> entry.outcome().containsKey("reason"))
            .toList();
  }

  /** As a JSON document. */
  public Map<String, Object> document() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (LedgerEntry entry : entries) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", entry.name());
      row.put("hash", entry.hash());
      row.put("case", entry.label());
      row.put("seed", entry.seed());
      row.put("status", entry.status().word());
      row.put("starts", entry.starts());
      for (String key : List.of("reason", "mean", "seconds", "processor_seconds")) {
        if (entry.outcome().containsKey(key)) {
          row.put(key, entry.outcome().get(key));
        }
      }
      rows.add(row);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("sweep", folder.toString());
    out.put("count", entries.size());
    for (RunStatus status : RunStatus.values()) {
      out.put(status.word(), count(status));
    }
    out.put("runs", rows);
    return out;
  }
}
