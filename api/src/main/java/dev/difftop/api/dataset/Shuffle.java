package dev.difftop.api.dataset;

import dev.difftop.api.array.RandomStream;

/**
 * A random order of the numbers from 0 to n - 1 that takes no memory: the i-th number is computed.
 * Four Feistel rounds permute the next power of four; results beyond n - 1 go round again (Black,
 * Rogaway, "Ciphers with arbitrary finite domains", 2002, cycle walking).
 */
final class Shuffle {
  private static final int ROUNDS = 4;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final long count;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  /** An order of that many numbers. */
  Shuffle(long count, RandomStream random) {
    this.count = count;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, count - 1));
    this.halfBits = Math.max(1, (bits + 1) / 2);
    for (int i = 0; i < ROUNDS; i++) {
      keys[i] = random.nextLong();
    }
  }

  /** The number at a place of the order. */
  long get(long place) {
    long value = permuted(place);
    while (value >= count) {
      value = permuted(value);
    }
    return value;
  }

  private long permuted(long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : keys) {
      long next = left ^ (mixed(right ^ key) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  /** Stafford's mixer 13, as in SplitMix64. */
  private static long mixed(long value) {
    long z = value * MIX;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
