package dev.difftop.app.experiments.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All runs of a sweep, resolved and checked.
 *
 * @param spec what was asked for
 * @param runs those that can run, in the order of the file
 * @param refused combinations that cannot, with the reason
 * @param notes what was done that the user may not expect
 */
public record SweepPlan(
    SweepSpec spec, List<PlannedRun> runs, List<Refusal> refused, List<String> notes) {

  /**
   * A combination that cannot run.
   *
   * @param label of the variation
   * @param reason what does not fit
   */
  public record Refusal(String label, String reason) {}

  /** As a JSON document. */
  public Map<String, Object> document() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (PlannedRun run : runs) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", run.name());
      row.put("hash", run.hash());
      row.put("case", run.variation().label());
      row.put("changes", run.variation().changes());
      row.put("seed", run.seed());
      row.put("config", run.document());
      rows.add(row);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("count", runs.size());
    out.put("runs", rows);
    out.put(
        "refused",
        refused.stream().map(r -> Map.of("case", r.label(), "reason", r.reason())).toList());
    return out;
  }
}
