package dev.difftop.app.reference.bench;

import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Measurement of one case.
 *
 * @param name name of the case
 * @param timing times of its runs
 * @param more figures beside the times, by key, in the order of the report
 * @param profile where the time of a run goes; empty if that is not known
 */
public record Row(
    String name, Stopwatch.Timing timing, Map<String, Object> more, Optional<Profile> profile) {

  /**
   * Measures a case.
   *
   * @param seconds duration of the measurement; empty for the case's own
   * @param profile whether to profile it too
   * @throws IllegalStateException if the case computes numbers that are not finite
   */
  public static Row measure(
      BenchCase one, Engine engine, int threads, Optional<Double> seconds, boolean profile) {
    try (BenchCase.Work work = one.prepare(engine, threads)) {
      Stopwatch.Timing timing = Stopwatch.measure(work::run, seconds.orElseGet(one::seconds));
      if (!Arrays.stream(work.result()).allMatch(Double::isFinite)) {
        throw new IllegalStateException(
            "bench: %s computed numbers that are not finite".formatted(one.name()));
      }
      Map<String, Object> more = new LinkedHashMap<>(work.more());
      return new Row(one.name(), timing, more, profile ? work.profile() : Optional.empty());
    }
  }

  /** {@code case}, {@code median_ms}, {@code min_ms}, {@code n}, and what the case reports. */
  public Map<String, Object> document() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("case", name);
    row.put("median_ms", timing.medianMillis());
    row.put("min_ms", timing.minMillis());
    row.put("n", timing.runs());
    row.putAll(more);
    return row;
  }
}
