package dev.difftop.app.experiments.sweep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sweep as its file describes it.
 *
 * @param file the file
 * @param base what is varied: files, absolute, and presets ({@code preset:NAME}); later ones are
 *     merged over earlier ones
 * @param overrides of the base, from the further keys of the file
 * @param groups groups of keys that vary independently; within a group, values vary in step
 * @param cases named changes of the base, beside the combinations of the groups
 * @param excluded combinations that are left out: key to value
 * @param seeds of every combination
 * @param pairing how groups of runs are compared
 * @param skipsInvalid whether impossible combinations are left out instead of refused
 * @param onFailure what happens when a run fails
 * @param timeLimit of every process
 */
public record SweepSpec(
    Path file,
    List<String> base,
    List<String> overrides,
    List<Group> groups,
    List<Variation> cases,
    List<Map<String, String>> excluded,
    List<Long> seeds,
    Pairing pairing,
    boolean skipsInvalid,
    OnFailure onFailure,
    Optional<Duration> timeLimit) {

  /**
   * Keys that vary in step.
   *
   * @param values key to its values, all as many
   */
  public record Group(Map<String, List<String>> values) {
    int size() {
      return values.values().iterator().next().size();
    }
  }

  /** How groups of runs are compared. */
  public enum Pairing {
    /** Runs of equal seeds are compared. */
    SEED,
    /** Groups are compared as independent samples. */
    NONE
  }
}
