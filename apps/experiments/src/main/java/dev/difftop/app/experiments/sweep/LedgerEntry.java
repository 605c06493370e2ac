package dev.difftop.app.experiments.sweep;

import java.util.Map;

/**
 * What the ledger knows of a run.
 *
 * @param hash its key
 * @param name of its folder
 * @param label of its variation
 * @param changes of the base configuration
 * @param seed of the run
 * @param contentHash hash without the code version
 * @param status what became of it
 * @param failures how often it failed since it was last released
 * @param starts how many processes it took
 * @param outcome the last outcome as it was recorded: reason, seconds, returns
 */
public record LedgerEntry(
    String hash,
    String name,
    String label,
    Map<String, Object> changes,
    long seed,
    String contentHash,
    RunStatus status,
    int failures,
    int starts,
    Map<String, Object> outcome) {

  LedgerEntry started() {
    return new LedgerEntry(
        hash, name, label, changes, seed, contentHash, status, failures, starts + 1, outcome);
  }

  LedgerEntry ended(RunStatus now, Map<String, Object> event) {
    return new LedgerEntry(
        hash,
        name,
        label,
        changes,
        seed,
        contentHash,
        now,
        now.isFailure() ? failures + 1 : failures,
        starts,
        event);
  }

  LedgerEntry released() {
    return new LedgerEntry(
        hash, name, label, changes, seed, contentHash, RunStatus.PENDING, 0, starts, Map.of());
  }
}
