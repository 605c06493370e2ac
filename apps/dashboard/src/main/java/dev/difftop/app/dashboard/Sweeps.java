package dev.difftop.app.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.difftop.api.DataException;
import dev.difftop.app.experiments.sweep.Ledger;
import dev.difftop.app.experiments.sweep.LedgerEntry;
import dev.difftop.app.experiments.sweep.SweepFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What sweeps say of their runs. A ledger is read again when it has changed. */
final class Sweeps {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<Path, Known> ledgers = new ConcurrentHashMap<>();

  private record Known(long changed, long size, Map<String, LedgerEntry> byName) {}

  /** The sweep of a run folder {@code runs/NAME}; empty for one of its own. */
  static Optional<Path> of(Path run) {
    return Optional.ofNullable(run.getParent()).map(Path::getParent).filter(Ledger::isIn);
  }

  /** The runs of a sweep by name; of runs that were planned again, the current one. */
  Map<String, LedgerEntry> entries(Path sweep) {
    Ledger ledger = new Ledger(sweep);
    try {
      long changed = Files.getLastModifiedTime(ledger.file()).toMillis();
      long size = Files.size(ledger.file());
      Known known = ledgers.get(sweep);
      if (known == null || known.changed != changed || known.size != size) {
        Map<String, LedgerEntry> byName = new LinkedHashMap<>();
        ledger.current().forEach(entry -> byName.put(entry.name(), entry));
        known = new Known(changed, size, byName);
        ledgers.put(sweep, known);
      }
      return known.byName;
    } catch (IOException | DataException e) {
      return Map.of(); // Removed at this moment.
    }
  }

  /** What the ledger says of a run; empty for a run of its own. */
  Optional<LedgerEntry> entry(Path run) {
    return of(run).map(sweep -> entries(sweep).get(run.getFileName().toString()));
  }

  /**
   * A process of a run as its lease names it; empty without a lease.
   *
   * @param who {@code owner}, the sweep, or {@code process}, the run
   */
  Optional<Map<?, ?>> process(Path run, String who) {
    return entry(run)
        .flatMap(entry -> read(new SweepFolder(of(run).orElseThrow()).lease(entry.hash()), who));
  }

  private static Optional<Map<?, ?>> read(Path lease, String who) {
    if (!Files.isRegularFile(lease)) {
      return Optional.empty();
    }
    try {
      JsonNode node = MAPPER.readTree(Files.readString(lease)).path(who);
      return Optional.of(MAPPER.convertValue(node, Map.class));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // Half of a lease is none.
    } catch (IOException e) {
      return Optional.empty(); // Released at this moment.
    }
  }

  /** Runs of a sweep that have no folder yet, in its order. */
  List<LedgerEntry> waiting(Path sweep) {
    SweepFolder folder = new SweepFolder(sweep);
    return entries(sweep).values().stream()
        .filter(entry -> !Files.exists(folder.run(entry.name())))
        .toList();
  }
}
