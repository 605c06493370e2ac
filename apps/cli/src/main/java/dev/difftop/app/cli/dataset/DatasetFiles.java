package dev.difftop.app.cli.dataset;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.app.cli.console.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens dataset files for other commands. */
public final class DatasetFiles {
  private final Session session;

  /** Of a session. */
  public DatasetFiles(Session session) {
    this.session = session;
  }

  /**
   * Opens a file; the caller closes it.
   *
   * @param format recognised if empty
   * @param filter name of a list of episodes in the file; all episodes if empty
   * @throws dev.difftop.app.cli.console.UsageException if there is no such format
   * @throws dev.difftop.api.DataException if it cannot be opened or is of no known format
   */
  public Dataset open(
      Path file, Optional<String> format, Optional<String> filter, TrustOptions trust) {
    List<String> settings = new ArrayList<>(trust.settings());
    settings.add("path=" + file.toAbsolutePath());
    filter.ifPresent(name -> settings.add("filter=" + name));
    String name = new Inspectors(session).forFile(file, format, trust).format();
    return session.make(session.configurations().choose(Dataset.class, name, settings));
  }
}
