package dev.difftop.app.dashboard;

/**
 * Fewer points of a curve with the same look: in every bucket of positions the lowest and the
 * highest point are kept, so that no spike is lost.
 */
final class Decimation {
  private Decimation() {}

  /**
   * Indices that are kept, ascending; all if there are no more than {@code most}.
   *
   * @param values NaN is never an extreme
   * @param most at least 4
   */
  static int[] indices(double[] values, int most) {
    int n = values.length;
    if (n <= most) {
      int[] all = new int[n];
      for (int i = 0; i < n; i++) {
        all[i] = i;
      }
      return all;
    }
    int buckets = (most - 2) / 2;
    int[] kept = new int[2 * buckets + 2];
    int count = 0;
    kept[count++] = 0;
    for (int b = 0; b < buckets; b++) {
      int from = 1 + (int) ((long) b * (n - 2) / buckets);
      int to = 1 + (int) ((long) (b + 1) * (n - 2) / buckets);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = values[i] < values[low] || Double.isNaN(values[low]) ? i : low;
        high = values[i] > values[high] || Double.isNaN(values[high]) ? i : high;
      }
      kept[count++] = Math.min(low, high);
      if (low != high) {
        kept[count++] = Math.max(low, high);
      }
    }
    kept[count++] = n - 1;
    return java.util.Arrays.copyOf(kept, count);
  }
}
