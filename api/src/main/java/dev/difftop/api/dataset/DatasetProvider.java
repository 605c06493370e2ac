package dev.difftop.api.dataset;

import dev.difftop.api.DataException;
import dev.difftop.api.Provider;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Offers a {@link Dataset} by name.
 *
 * @param <C> its configuration record
 */
public interface DatasetProvider<C extends Record> extends Provider<C, Dataset> {
  /**
   * A writer of this format, if it has one.
   *
   * @param file where the dataset goes; an existing file is replaced when the writer is closed
   * @param attributes facts about the whole dataset, as {@link Dataset#attributes()}
   */
  default Optional<Dataset.Writer> writer(Path file, Map<String, String> attributes) {
    return Optional.empty();
  }

  /**
   * A writer that adds episodes to a file of this format, if it has one. They are in the file when
   * the writer is closed; until then, and if it is killed or abandoned, the file stays as it is.
   *
   * @throws DataException if the file is missing or unsound
   */
  default Optional<Dataset.Writer> appender(Path file) {
    return Optional.empty();
  }

  /** What looks into files of this format, if there is something. */
  default Optional<DatasetInspector> inspector() {
    return Optional.empty();
  }
}
