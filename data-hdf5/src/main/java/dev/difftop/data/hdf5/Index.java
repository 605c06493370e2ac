package dev.difftop.data.hdf5;

import java.util.List;
import java.util.Map;

/**
 * What a file holds, checked: names, shapes, lengths; no array has been read.
 *
 * @param variant a name for the flavour of the format; empty for the plain one
 * @param attributes facts about the whole file, as text
 * @param demos the episodes in natural order
 * @param filters names of episodes by filter key, in natural order; names may be unknown
 * @param flat arrays of a flat file; empty for formats with a group per episode
 * @param warnings what is odd and no fault, for people
 */
record Index(
    String variant,
    Map<String, String> attributes,
    List<Demo> demos,
    Map<String, List<String>> filters,
    Map<String, Rows> flat,
    List<String> warnings) {

  /** Number of actions of all episodes. */
  long totalSamples() {
    return demos.stream().mapToLong(Demo::length).sum();
  }

  /** Names of the episodes. */
  List<String> names() {
    return demos.stream().map(Demo::name).toList();
  }
}
