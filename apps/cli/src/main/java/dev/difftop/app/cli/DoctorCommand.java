package dev.difftop.app.cli;

import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tries everything a run needs, and says what is missing. */
@Command(
    name = "doctor",
    description = "Try Java, natives, files and rendering; status 1 if something is missing.")
final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Examination.Finding> findings = new Examination(session).all();
    boolean healthy = findings.stream().allMatch(Examination.Finding::ok);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("ok", healthy);
    document.put("findings", findings.stream().map(DoctorCommand::document).toList());
    session.console().answer(document, lines(findings, healthy));
    return healthy ? 0 : Failure.CHECK_FAILED;
  }

  private static List<String> lines(List<Examination.Finding> findings, boolean healthy) {
    Table table = new Table("", "WHAT", "FOUND");
    for (Examination.Finding finding : findings) {
      table.row(finding.ok() ? "ok" : "MISSING", finding.what(), finding.found());
      if (!finding.advice().isEmpty()) {
        table.row("", "", "-> " + finding.advice());
      }
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add(healthy ? "Everything works." : "Something is missing: see above.");
    return lines;
  }

  private static Map<String, Object> document(Examination.Finding finding) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("what", finding.what());
    one.put("ok", finding.ok());
    one.put("found", finding.found());
    one.put("advice", finding.advice());
    return one;
  }
}
