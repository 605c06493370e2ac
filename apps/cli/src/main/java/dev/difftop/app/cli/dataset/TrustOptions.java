package dev.difftop.app.cli.dataset;

import dev.difftop.api.DatasetInspector;
import dev.difftop.app.cli.console.UsageException;
import java.util.List;
import picocli.CommandLine.Option;

/** How far dataset files are trusted: options that several commands share. */
final class TrustOptions {
  @Option(
      names = "--limit-bytes",
      paramLabel = "N",
      defaultValue = "2147483648",
      description = "Most decoded bytes of one array or chunk (default: ${DEFAULT-VALUE}).")
  private long limitBytes;

  @Option(
      names = "--allow-external",
      description = "Follow links to other files in the same folder or below.")
  private boolean external;

  /** The same inspector with this trust. */
  DatasetInspector apply(DatasetInspector inspector) {
    return inspector.trusting(trust());
  }

  /** As settings of a dataset. */
  List<String> settings() {
    DatasetInspector.Trust trust = trust();
    return List.of("limit-bytes=" + trust.bytes(), "external=" + trust.external());
  }

  private DatasetInspector.Trust trust() {
    if (limitBytes < 1) {
      throw new UsageException(
          "--limit-bytes", "--limit-bytes: found %d, expected 1 or more".formatted(limitBytes));
    }
    return new DatasetInspector.Trust(limitBytes, external);
  }
}
