package dev.difftop.learning.run;

import dev.difftop.learning.Learner;
import dev.difftop.learning.Metric;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Position;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.rollout.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/** The tables of a run: metrics.csv, evaluations.csv, audit.csv. */
final class Records implements TrainingListener {
  private static final List<String> EVALUATION =
      List.of(
          "position",
          "environment_steps",
          "gradient_steps",
          "episodes",
          "return_mean",
          "return_std",
          "best_reward",
          "last_reward",
          "success_any",
          "success_last",
          "failed",
          "returns",
          "action_ms_median",
          "action_ms_p95",
          "seconds");
  private static final List<String> AUDIT =
      List.of("position", "block", "entries", "unsolved", "left_out", "cosine", "ratio");

  private final List<Metric> metrics;
  private final CsvTable rows;
  private final CsvTable evaluations;
  private final CsvTable audits;
  private final boolean audited;
  private final DoubleSupplier seconds;

  Records(RunFolder folder, Learner learner, boolean audited, DoubleSupplier seconds) {
    this.metrics = learner.metrics();
    List<String> columns = new ArrayList<>(List.of("position"));
    metrics.forEach(metric -> columns.add(metric.name()));
    columns.add("seconds");
    this.rows = new CsvTable(folder, "metrics.csv", columns);
    this.evaluations = new CsvTable(folder, "evaluations.csv", EVALUATION);
    this.audits = new CsvTable(folder, "audit.csv", AUDIT);
    this.audited = audited;
    this.seconds = seconds;
  }

  /** Begins the tables, or cuts them back to where the run resumes. */
  void begin(long position) {
    rows.begin(position);
    evaluations.begin(position);
    if (audited) {
      audits.begin(position);
    }
  }

  @Override
  public void logged(Position position, Metrics row) {
    List<String> cells = new ArrayList<>(List.of(Long.toString(position.done())));
    metrics.forEach(metric -> cells.add(CsvTable.cell(row.get(metric.name()))));
    cells.add(CsvTable.cell(seconds.getAsDouble()));
    rows.append(cells);
  }

  @Override
  public void evaluated(Position position, Evaluation e) {
    String returns =
        Arrays.stream(e.returns()).mapToObj(CsvTable::cell).collect(Collectors.joining(" "));
    evaluations.append(
        List.of(
            Long.toString(position.done()),
            Long.toString(position.environmentSteps()),
            Long.toString(position.gradientSteps()),
            Integer.toString(e.episodes().size()),
            CsvTable.cell(e.mean()),
            CsvTable.cell(e.std()),
            CsvTable.cell(e.bestReward()),
            CsvTable.cell(e.lastReward()),
            CsvTable.cell(e.successAny().orElse(Double.NaN)),
            CsvTable.cell(e.successLast().orElse(Double.NaN)),
            Integer.toString(e.failed()),
            returns,
            CsvTable.cell(e.actionMillis(0.5)),
            CsvTable.cell(e.actionMillis(0.95)),
            CsvTable.cell(seconds.getAsDouble())));
  }

  @Override
  public void audited(Position position, GradientAudit.Report report) {
    for (GradientAudit.Row row : report.rows()) {
      audits.append(
          List.of(
              Long.toString(position.done()),
              row.block(),
              Integer.toString(row.entries()),
              Integer.toString(row.unsolved()),
              Integer.toString(report.leftOutCount()),
              CsvTable.cell(row.cosine()),
              CsvTable.cell(row.ratio())));
    }
  }
}
