package dev.difftop.learning.replay;

/**
 * Numbers of which one is found by how far it lies along their sum, in logarithmic time. A node is
 * the sum of its two children and nothing else, so that equal numbers give equal sums, whatever
 * order they were set in.
 */
final class SumTree {
  private final int leaves;
  private final double[] nodes;

  /** So many zeros. */
  SumTree(int count) {
    if (count < 1 || count > 1 << 29) {
      throw new IllegalArgumentException(
          "sum tree: found %d leaves, expected 1 to 2^29".formatted(count));
    }
    leaves = Math.max(1, Integer.highestOneBit(count - 1) << 1);
    nodes = new double[2 * leaves];
  }

  /** The number at an index. */
  double get(int index) {
    return nodes[leaves + index];
  }

  /** Sets the number at an index; at least 0. */
  void set(int index, double value) {
    int node = leaves + index;
    nodes[node] = value;
    for (node /= 2; node >= 1; node /= 2) {
      nodes[node] = nodes[2 * node] + nodes[2 * node + 1];
    }
  }

  /** The sum. */
  double sum() {
    return nodes[1];
  }

  /**
   * The index at which the sum of the numbers before and at it first exceeds {@code along}, never
   * one of a zero.
   *
   * @param along in [0, sum)
   */
  int find(double along) {
    double left = along;
    int node = 1;
    while (node < leaves) {
      node *= 2;
      // Rounding may lead past the last number; a branch of zeros is never entered.
      if (left >= nodes[node] && nodes[node + 1] > 0) {
        left -= nodes[node];
        node++;
      }
    }
    return node - leaves;
  }
}
