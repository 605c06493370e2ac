package dev.difftop.learner.imitation.implicit;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chunks of normalised actions: [-1, 1] in every component but those that never change, which are
 * 0.
 */
final class ActionSpace {
  private final boolean[] constant;

  ActionSpace(int chunk, int actionSize, List<Integer> constantComponents) {
    constant = new boolean[chunk * actionSize];
    for (int i = 0; i < constant.length; i++) {
      constant[i] = constantComponents.contains(i % actionSize);
    }
  }

  /** Entries of a chunk. */
  int size() {
    return constant.length;
  }

  /** Whether an entry of chunks, one after the other, never changes. */
  boolean isConstant(int entry) {
    return constant[entry % constant.length];
  }

  /** Draws chunks uniformly. */
  void fill(float[] chunks, RandomGenerator random) {
    for (int i = 0; i < chunks.length; i++) {
      double drawn = 2 * random.nextDouble() - 1;
      chunks[i] = isConstant(i) ? 0 : (float) drawn;
    }
  }
}
