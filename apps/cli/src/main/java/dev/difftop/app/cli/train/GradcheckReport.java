package dev.difftop.app.cli.train;

import dev.difftop.api.Solution;
import dev.difftop.api.Status;
import dev.difftop.app.cli.console.Console;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Table;
import dev.difftop.learning.audit.GradientAudit;
import dev.difftop.learning.audit.PrecisionAudit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code gradcheck} says: a row for each block and adjoint, then the worst of each adjoint.
 */
final class GradcheckReport {
  private final GradientAudit.Report report;
  private final List<PrecisionAudit.Row> rounding;
  private final String configured;
  private final double tolerance;
  private final Map<String, Worst> worst = new LinkedHashMap<>();

  /** The worst blocks of one adjoint; NaN where nothing could be compared. */
  private static final class Worst {
    private double cosine = 1;
    private double lowest = 1;
    private double highest = 1;

    void take(GradientAudit.Row row) {
      cosine = Math.min(cosine, row.cosine());
      lowest = Math.min(lowest, row.ratio());
      highest = Math.max(highest, row.ratio());
    }
  }

  /**
   * A report.
   *
   * @param rounding gradients in other precisions; none if they were not asked for
   * @param configured the adjoint that must agree
   * @param tolerance how far its cosines and ratios may be from 1
   */
  GradcheckReport(
      GradientAudit.Report report,
      List<PrecisionAudit.Row> rounding,
      String configured,
      double tolerance) {
    this.report = report;
    this.rounding = rounding;
    this.configured = configured;
    this.tolerance = tolerance;
    report
        .rows()
        .forEach(row -> worst.computeIfAbsent(row.adjoint(), name -> new Worst()).take(row));
  }

  /** Whether something was compared, and the configured adjoint agreed in every block. */
  private boolean isGood() {
    return !isEmpty()
        && report.rows().stream()
            .filter(row -> row.adjoint().equals(configured))
            .allMatch(row -> row.isGood(tolerance));
  }

  /** Whether no sample is left to compare. */
  private boolean isEmpty() {
    return report.leftOutCount() == report.leftOut().length;
  }

  /**
   * Prints it.
   *
   * @param solution that was differentiated
   * @param refused why other adjoints are impossible, by name
   * @return the exit status
   */
  int answer(Console console, Solution solution, Map<String, String> refused, double step) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("adjoint", configured);
    document.put("samples", solution.status().length);
    document.put("left_out", report.leftOutCount());
    document.put("step", step);
    document.put("converged", solution.convergedShare());
    document.put("blocks", report.rows().stream().map(GradcheckReport::document).toList());
    document.put("adjoints", summary());
    if (!rounding.isEmpty()) {
      document.put("precision", rounding.stream().map(GradcheckReport::rounding).toList());
    }
    document.put("refused", refused);
    document.put("ok", isGood());
    console.answer(document, lines(solution, refused));
    return isGood() ? 0 : Failure.CHECK_FAILED;
  }

  private static Map<String, Object> document(GradientAudit.Row row) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("block", row.block());
    out.put("adjoint", row.adjoint());
    out.put("entries", row.entries());
    out.put("unsolved", row.unsolved());
    out.put("cosine", row.cosine());
    out.put("ratio", row.ratio());
    return out;
  }

  private static Map<String, Object> rounding(PrecisionAudit.Row row) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("adjoint", row.adjoint());
    out.put("precision", row.precision());
    out.put("block", row.block());
    out.put("cosine", row.cosine());
    out.put("error", row.error());
    return out;
  }

  private Map<String, Object> summary() {
    Map<String, Object> out = new LinkedHashMap<>();
    worst.forEach(
        (name, w) -> {
          Map<String, Object> of = new LinkedHashMap<>();
          of.put("cosine", w.cosine);
          of.put("ratio", new double[] {w.lowest, w.highest});
          out.put(name, of);
        });
    return out;
  }

  private List<String> lines(Solution solution, Map<String, String> refused) {
    Table blocks = new Table("block", "adjoint", "entries", "cosine", "ratio");
    for (GradientAudit.Row row : report.rows()) {
      blocks.row(
          row.block(), row.adjoint(), row.entries(), number(row.cosine()), number(row.ratio()));
    }
    Table adjoints = new Table("adjoint", "smallest cosine", "smallest ratio", "largest ratio");
    worst.forEach(
        (name, w) -> adjoints.row(name, number(w.cosine), number(w.lowest), number(w.highest)));
    List<String> lines = new ArrayList<>(blocks.lines());
    lines.add("");
    lines.addAll(adjoints.lines());
    lines.add("");
    if (!rounding.isEmpty()) {
      Table precisions =
          new Table("adjoint", "precision", "smallest cosine", "of block", "relative error");
      for (PrecisionAudit.Row row : rounding) {
        precisions.row(
            row.adjoint(),
            row.precision(),
            number(row.cosine()),
            row.block(),
            String.format(Locale.ROOT, "%.1e", row.error()));
      }
      lines.addAll(precisions.lines());
      lines.add("");
    }
    lines.addAll(refused.values());
    notes(solution).ifPresent(lines::add);
    lines.add(
        "%s: cosine and ratio are %swithin %s of 1"
            .formatted(configured, isGood() ? "" : "NOT ", tolerance));
    return lines;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /** What was left out, and what to do about it. */
  private Optional<String> notes(Solution solution) {
    long unsolved =
        report.rows().stream()
            .filter(row -> row.adjoint().equals(configured))
            .mapToInt(GradientAudit.Row::unsolved)
            .sum();
    if (report.leftOutCount() == 0 && unsolved == 0) {
      return Optional.empty();
    }
    List<String> statuses =
        Arrays.stream(solution.status()).map(Status::name).distinct().sorted().toList();
    return Optional.of(
        ("%d of %d samples and %d entries are not compared: their solves do not come to rest"
                + " (statuses %s). Differences need a solver that converges: more"
                + " solver.max-iterations, a smaller solver.tolerance, no sampler alone")
            .formatted(
                report.leftOutCount(),
                report.leftOut().length,
                unsolved,
                String.join(", ", statuses).toLowerCase(Locale.ROOT).replace('_', '-')));
  }
}
