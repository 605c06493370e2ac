package dev.difftop.app.cli.dataset;

import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.app.cli.console.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How dataset files are looked at, and how far they are trusted: options of several commands. */
public final class TrustOptions {
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

  @Option(
      names = "--max-episode-steps",
      paramLabel = "N",
      description =
          "Flat files without time-outs: cut after so many rows; without, at terminals only.")
  private Optional<Integer> maxEpisodeSteps = Optional.empty();

  /** The same inspector, cutting flat files as the options say. */
  DatasetInspector cut(DatasetInspector inspector) {
    return maxEpisodeSteps.map(inspector::cutting).orElse(inspector);
  }

  /** The same inspector with this trust. */
  DatasetInspector apply(DatasetInspector inspector) {
    return inspector.trusting(trust());
  }

  /** As settings of a dataset. */
  List<String> settings() {
    DatasetInspector.Trust trust = trust();
    List<String> settings =
        new ArrayList<>(List.of("limit-bytes=" + trust.bytes(), "external=" + trust.external()));
    maxEpisodeSteps.ifPresent(steps -> settings.add("max-episode-steps=" + steps));
    return settings;
  }

  private DatasetInspector.Trust trust() {
    if (limitBytes < 1) {
      throw new UsageException(
          "--limit-bytes", "--limit-bytes: found %d, expected 1 or more".formatted(limitBytes));
    }
    return new DatasetInspector.Trust(limitBytes, external);
  }
}
