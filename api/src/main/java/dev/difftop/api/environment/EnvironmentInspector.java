package dev.difftop.api.environment;

import dev.difftop.api.DataException;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Describes and checks the environments of one provider, for people and for scripts. Documents are
 * plain: {@code Map<String, Object>} of maps, lists, arrays, texts, numbers and booleans, in the
 * order in which they are to be printed.
 */
public interface EnvironmentInspector {
  /**
   * Every built-in task with a one-line summary. The configuration key {@code task} chooses one.
   */
  Map<String, String> tasks();

  /**
   * A one-line summary of the task of a configuration, which need not be a built-in one.
   *
   * @param configuration a record of the provider's {@code configType}
   * @throws IllegalArgumentException on an unknown task
   */
  String summary(Record configuration);

  /**
   * Compares a task with recorded reference data.
   *
   * @param configuration a record of the provider's {@code configType}
   * @param reference the recorded data, as read from JSON
   * @return the largest differences, {@code ok}, and under {@code arrays} what was computed here
   * @throws DataException if the data has not the expected form, or the model an error
   * @throws IllegalArgumentException on an unknown task
   */
  Map<String, Object> check(Record configuration, Map<String, Object> reference);

  /** What can be measured of the provider's speed; by default nothing. */
  default List<Measurement> measurements() {
    return List.of();
  }

  /**
   * Something whose speed is worth knowing.
   *
   * @param name by which figures are compared; what begins with {@code raw} is the other side, the
   *     same work without this framework
   * @param preparation makes it ready for a number of threads, at least 1
   */
  record Measurement(String name, IntFunction<Work> preparation) {}

  /** A measurement that is ready to run. */
  interface Work extends AutoCloseable {
    /** What is measured. */
    void run();

    /** A number that the last run computed: it is finite, or the time means nothing. */
    double result();

    /** What to report beside the times, by key, such as how many steps a run is. */
    Map<String, Object> more();

    @Override
    void close();
  }
}
