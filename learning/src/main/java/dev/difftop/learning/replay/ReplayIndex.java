package dev.difftop.learning.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which episodes are kept and how likely each of their sequences is drawn; no arrays. Steps are
 * numbered as they come; their priorities are leaves of a sum tree, used in turn.
 */
final class ReplayIndex {
  /** An episode: the number of its first step, its steps, whether nothing follows it. */
  record Kept(long start, int length, boolean terminated) {
    int sequences(int horizon) {
      return Math.max(0, length - horizon + 1);
    }
  }

  /** Where a sequence starts: the number of its episode, the episode, a step of it. */
  record Place(long number, Kept episode, int step) {}

  private final int capacity;
  private final int horizon;
  private final SumTree tree;

  /** Episodes that are kept, by number. */
  private final TreeMap<Long, Kept> episodes = new TreeMap<>();

  /** Numbers of the episodes that are kept, by the number of their first step. */
  private final TreeMap<Long, Long> starts = new TreeMap<>();

  private long nextEpisode;
  private long nextStep;
  private double largest = 1;
  private int sequences;

  /**
   * An empty one.
   *
   * @param horizon H, steps of a sequence
   */
  ReplayIndex(int capacity, int horizon) {
    if (horizon < 1 || horizon > capacity) {
      throw new IllegalArgumentException(
          "replay: found sequences of %d steps, expected 1 to the capacity of %d"
              .formatted(horizon, capacity));
    }
    this.capacity = capacity;
    this.horizon = horizon;
    this.tree = new SumTree(capacity);
  }

  /** What was saved; the steps must fit. */
  static ReplayIndex of(ReplayState state, int capacity) {
    ReplayIndex index = new ReplayIndex(capacity, Math.toIntExact(state.horizon()));
    double[] priorities = state.priorities();
    index.nextStep = state.nextStep() - priorities.length;
    for (int e = 0; e < state.numbers().length; e++) {
      index.nextEpisode = state.numbers()[e];
      index.admit(Math.toIntExact(state.lengths()[e]), state.terminated()[e] != 0);
    }
    index.nextEpisode = state.nextEpisode();
    for (int i = 0; i < priorities.length; i++) {
      index.tree.set(index.leaf(index.nextStep - priorities.length + i), priorities[i]);
    }
    index.largest = state.largestPriority();
    return index;
  }

  /** What is to be saved. */
  ReplayState state() {
    double[] priorities = new double[Math.toIntExact(steps())];
    for (int i = 0; i < priorities.length; i++) {
      priorities[i] = tree.get(leaf(nextStep - priorities.length + i));
    }
    return new ReplayState(
        horizon,
        nextEpisode,
        nextStep,
        largest,
        episodes.keySet().stream().mapToLong(Long::longValue).toArray(),
        episodes.values().stream().mapToLong(Kept::length).toArray(),
        episodes.values().stream().mapToLong(k -> k.terminated() ? 1 : 0).toArray(),
        priorities);
  }

  /**
   * Adds an episode, whose sequences get the largest priority so far.
   *
   * @return the numbers of the oldest episodes, which had to go
   */
  List<Long> admit(int length, boolean terminated) {
    List<Long> gone = new ArrayList<>();
    while (!episodes.isEmpty() && steps() + length > capacity) {
      gone.add(forgetOldest());
    }
    Kept kept = new Kept(nextStep, length, terminated);
    episodes.put(nextEpisode, kept);
    starts.put(kept.start(), nextEpisode);
    for (int t = 0; t < kept.sequences(horizon); t++) {
      tree.set(leaf(kept.start() + t), largest);
    }
    sequences += kept.sequences(horizon);
    nextEpisode++;
    nextStep += length;
    return gone;
  }

  private long forgetOldest() {
    Map.Entry<Long, Kept> oldest = episodes.pollFirstEntry();
    Kept kept = oldest.getValue();
    starts.remove(kept.start());
    for (int t = 0; t < kept.length(); t++) {
      tree.set(leaf(kept.start() + t), 0);
    }
    sequences -= kept.sequences(horizon);
    return oldest.getKey();
  }

  private int leaf(long step) {
    return (int) (step % capacity);
  }

  /** The number that the next episode gets. */
  long nextEpisode() {
    return nextEpisode;
  }

  /** Leaves numbers out: those of files that are not there. */
  void continueAt(long episode) {
    nextEpisode = episode;
  }

  /** How many episodes are kept. */
  int episodes() {
    return episodes.size();
  }

  /** The number of the newest one. */
  long newest() {
    return episodes.lastKey();
  }

  /** The episode of that number. */
  Kept episode(long number) {
    return episodes.get(number);
  }

  /** How many steps are kept. */
  long steps() {
    return episodes.isEmpty() ? 0 : nextStep - episodes.firstEntry().getValue().start();
  }

  /** How many steps were ever added. */
  long stepsAdded() {
    return nextStep;
  }

  /** How many sequences can be drawn. */
  int sequences() {
    return sequences;
  }

  /**
   * The step that a sequence starts at.
   *
   * @param along how far along all priorities, from 0 to below 1
   */
  long find(double along) {
    long step = nextStep / capacity * capacity + tree.find(along * tree.sum());
    // Of all steps that had this leaf, the last one that was added.
    return step < nextStep ? step : step - capacity;
  }

  /** How likely a sequence is drawn. */
  double probability(long step) {
    return tree.get(leaf(step)) / tree.sum();
  }

  /** Where a step lies. */
  Place place(long step) {
    long number = starts.floorEntry(step).getValue();
    Kept kept = episodes.get(number);
    return new Place(number, kept, (int) (step - kept.start()));
  }

  /** Sets how likely a sequence is drawn, if it is still there. */
  void set(long step, double priority) {
    if (step >= nextStep - steps()) {
      tree.set(leaf(step), priority);
    }
    largest = Math.max(largest, priority);
  }
}
