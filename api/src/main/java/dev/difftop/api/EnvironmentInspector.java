package dev.difftop.api;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the environments of one provider are, for people and for scripts. Documents are plain:
 * {@code Map<String, Object>} of maps, lists, arrays, texts, numbers and booleans, in the order in
 * which they are to be printed.
 */
public interface EnvironmentInspector {
  /** Every task with a line about it. A task is chosen by the configuration key {@code task}. */
  Map<String, String> tasks();

  /**
   * Compares a task with recorded reference data.
   *
   * @param task one of {@link #tasks()}
   * @param model a model file in place of the task's own
   * @param reference the recorded data, as read from JSON
   * @return the largest differences, {@code ok}, and under {@code arrays} what was computed here
   * @throws DataException if the data has not the expected form, or the model an error
   * @throws IllegalArgumentException on an unknown task
   */
  Map<String, Object> check(String task, Optional<Path> model, Map<String, Object> reference);
}
