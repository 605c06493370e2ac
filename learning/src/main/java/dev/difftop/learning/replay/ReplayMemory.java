package dev.difftop.learning.replay;

import java.util.TreeMap;

/** The episodes that are in memory, by number, as far as there is room; the newest ones first. */
final class ReplayMemory {
  private final long room;
  private final TreeMap<Long, ReplayEpisode> episodes = new TreeMap<>();
  private long bytes;

  /**
   * An empty one.
   *
   * @param room most bytes
   */
  ReplayMemory(long room) {
    this.room = room;
  }

  /** The episode of that number, null if it is not here. */
  ReplayEpisode get(long number) {
    return episodes.get(number);
  }

  int size() {
    return episodes.size();
  }

  long bytes() {
    return bytes;
  }

  /** Whether anything more might fit. */
  boolean hasRoom() {
    return bytes < room;
  }

  /** Keeps a new episode; older ones make room for it. */
  void add(long number, ReplayEpisode episode) {
    while (!episodes.isEmpty() && bytes + episode.bytes() > room) {
      remove(episodes.firstKey());
    }
    addIfItFits(number, episode);
  }

  /** Keeps an episode if there is room. */
  void addIfItFits(long number, ReplayEpisode episode) {
    if (bytes + episode.bytes() <= room) {
      episodes.put(number, episode);
      bytes += episode.bytes();
    }
  }

  /** Removes an episode, if it is here. */
  void remove(long number) {
    ReplayEpisode gone = episodes.remove(number);
    bytes -= gone == null ? 0 : gone.bytes();
  }

  void clear() {
    episodes.clear();
    bytes = 0;
  }
}
