package dev.difftop.app.reference.bench;

import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import java.util.Map;
import java.util.Optional;

/**
 * One thing to measure. The same case is measured by the command {@code bench} and by JMH, so that
 * there is one definition of what is measured.
 */
public interface BenchCase {
  /** Its name, by which figures of other programs are compared with it. */
  String name();

  /** Seconds to measure for, unless the user says otherwise. */
  double seconds();

  /**
   * Makes everything ready, so that {@link Work#run} does only what is measured.
   *
   * @param threads threads that a run may use, at least 1
   */
  Work prepare(Engine engine, int threads);

  /** A case that is ready to run. */
  interface Work extends AutoCloseable {
    /** What is measured. */
    void run();

    /** Numbers that the last run computed: they are finite, or the time means nothing. */
    double[] result();

    /** Where the time of a run goes; empty if that is not known. */
    Optional<Profile> profile();

    /** What to report beside the times, by key; empty if nothing. */
    Map<String, Object> more();

    @Override
    void close();
  }
}
