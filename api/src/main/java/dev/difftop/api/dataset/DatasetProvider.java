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
   * @param file where the dataset goes
   * @param attributes facts about the whole dataset, as {@link Dataset#attributes()}
   * @param overwrite whether an existing file is replaced, when the writer is closed
   * @throws DataException {@code FILE_EXISTS} if there is a file and it is not to be replaced,
   *     {@code FILE_BUSY} if it is being written elsewhere
   */
  default Optional<Dataset.Writer> writer(
      Path file, Map<String, String> attributes, boolean overwrite) {
    return Optional.empty();
  }

  /**
   * A writer that adds episodes to a file of this format, if it has one. They are in the file when
   * the writer is closed; until then, and if it is killed or abandoned, the file stays as it is.
   * From now until then no other writer gets the file, so what is read from it now is what is added
   * to.
   *
   * @throws DataException if the file is missing or unsound; {@code FILE_BUSY} if it is being
   *     written elsewhere
   */
  default Optional<Dataset.Writer> appender(Path file) {
    return Optional.empty();
  }

  /** What looks into files of this format, if there is something. */
  default Optional<DatasetInspector> inspector() {
    return Optional.empty();
  }
}
