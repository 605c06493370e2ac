package dev.difftop.app.cli.dataset;

import dev.difftop.api.config.Nearest;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.assembly.Plugin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What looks into dataset files, by the name of their format or by looking. */
final class Inspectors {
  private final Session session;

  Inspectors(Session session) {
    this.session = session;
  }

  /**
   * The inspector for a file.
   *
   * @throws UsageException if there is none of that format
   * @throws dev.difftop.api.DataException if the file cannot be opened or is of no known format
   */
  DatasetInspector forFile(Path file, Optional<String> format, TrustOptions trust) {
    List<DatasetInspector> all = all().stream().map(trust::apply).toList();
    return trust.cut(
        format.map(name -> named(name, all)).orElseGet(() -> DatasetInspector.forFile(all, file)));
  }

  /** Those of the plugins, and one for each plugin without: these last, as they try to open. */
  private List<DatasetInspector> all() {
    List<DatasetInspector> own = new ArrayList<>();
    List<DatasetInspector> others = new ArrayList<>();
    for (Plugin plugin : session.plugins().of(Dataset.class)) {
      DatasetProvider<?> provider = (DatasetProvider<?>) plugin.provider();
      provider
          .inspector()
          .ifPresentOrElse(
              own::add,
              () -> others.add(new PluginInspector(plugin.name(), opener(plugin), copy())));
    }
    own.addAll(others);
    return own;
  }

  /** A dataset plugin gets its file by the key {@code path}. */
  private Function<Path, Dataset> opener(Plugin plugin) {
    return file ->
        session.make(
            session
                .configurations()
                .choose(Dataset.class, plugin.name(), List.of("path=" + file.toAbsolutePath())));
  }

  private DatasetCopy copy() {
    return new DatasetCopy(
        name ->
            session
                .plugins()
                .find(Dataset.class, name)
                .map(p -> (DatasetProvider<?>) p.provider())
                .orElseThrow(
                    () ->
                        new UsageException(
                            "--format", session.plugins().explainMissing(Dataset.class, name))));
  }

  private static DatasetInspector named(String format, List<DatasetInspector> all) {
    List<String> names = all.stream().map(DatasetInspector::format).toList();
    return all.stream()
        .filter(i -> i.format().equals(format))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "--format",
                    "no format named \"%s\"%s; found %s"
                        .formatted(
                            format,
                            Nearest.to(format, names)
                                .map(n -> "; did you mean " + n + "?")
                                .orElse(""),
                            String.join(", ", names))));
  }
}
