package dev.difftop.app.cli.control;

import dev.difftop.api.DataException;
import dev.difftop.api.dataset.DatasetInspector;
import dev.difftop.app.cli.console.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many episodes were tried with each seed for a file, those included that were left out: an
 * attribute of the file, so that adding to it with the same seed continues and repeats nothing.
 */
final class AttemptCounts {
  private static final String ATTRIBUTE = "attempts_by_seed";

  private final Map<String, Long> bySeed;
  private final long otherwise;

  private AttemptCounts(Map<String, Long> bySeed, long otherwise) {
    this.bySeed = bySeed;
    this.otherwise = otherwise;
  }

  /** Those of a new file. */
  static AttemptCounts none() {
    return new AttemptCounts(new LinkedHashMap<>(), 0);
  }

  /**
   * Those of a file that is added to. One that does not tell counts as if every episode were one of
   * any seed.
   */
  static AttemptCounts of(Path file, DatasetInspector inspector) {
    Map<String, Object> info = inspector.info(file);
    Map<String, Long> bySeed = new LinkedHashMap<>();
    if (info.get("attributes") instanceof Map<?, ?> attributes
        && attributes.get(ATTRIBUTE) instanceof String recorded) {
      String where = file + ":data@" + ATTRIBUTE;
      Json.parse(where, recorded).forEach((seed, count) -> bySeed.put(seed, count(where, count)));
      return new AttemptCounts(bySeed, 0);
    }
    long episodes = info.get("num_demos") instanceof Number n ? n.longValue() : 0;
    return new AttemptCounts(bySeed, episodes);
  }

  private static long count(String where, Object count) {
    if (count instanceof Number n && n.longValue() >= 0) {
      return n.longValue();
    }
    throw new DataException(
        "BAD_METADATA", where, "found %s, expected a count".formatted(count), null);
  }

  /** How many there were with a seed. */
  long with(long seed) {
    return bySeed.getOrDefault(Long.toString(seed), otherwise);
  }

  /** Notes further ones; what is to be written to the file, by {@link #attribute()}. */
  String plus(long seed, int attempts) {
    bySeed.put(Long.toString(seed), with(seed) + attempts);
    return Json.write(bySeed);
  }

  /** Where it is in the file. */
  static String attribute() {
    return ATTRIBUTE;
  }
}
