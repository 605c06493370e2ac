package dev.difftop.data.hdf5.file;

import java.util.List;
import java.util.Map;

/**
 * What a file holds, checked: names, shapes, lengths; no array has been read but end markers.
 *
 * @param variant a name for the flavour of the format; empty for the plain one
 * @param attributes facts about the whole file, as text
 * @param envArgs how robomimic would describe the environment, as JSON; empty if nothing is known
 * @param demos the episodes in natural order; none in an empty file
 * @param filters names of episodes by filter key, in natural order; names may be unknown
 * @param flat arrays of a flat file; empty for formats with a group per episode
 * @param facts more for people, by name
 * @param warnings what is odd and no fault, for people
 */
public record Index(
    String variant,
    Map<String, String> attributes,
    String envArgs,
    List<Demo> demos,
    Map<String, List<String>> filters,
    Map<String, Rows> flat,
    Map<String, Object> facts,
    List<String> warnings) {

  /** A file with a group per episode, without filters. */
  public static Index ofEpisodes(
      String variant,
      Map<String, String> attributes,
      String envArgs,
      List<Demo> demos,
      List<String> warnings) {
    return new Index(variant, attributes, envArgs, demos, Map.of(), Map.of(), Map.of(), warnings);
  }

  /** Number of actions of all episodes. */
  public long totalSamples() {
    return demos.stream().mapToLong(Demo::length).sum();
  }

  /** Names of the episodes. */
  public List<String> names() {
    return demos.stream().map(Demo::name).toList();
  }
}
