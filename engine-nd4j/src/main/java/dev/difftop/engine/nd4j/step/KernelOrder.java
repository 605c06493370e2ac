package dev.difftop.engine.nd4j.step;

import dev.difftop.api.program.Convolution;

/** The order of a kernel's entries in products with {@link Columns}: (row, column, channel). */
final class KernelOrder {
  private KernelOrder() {}

  /**
   * For every entry of a kernel in the order of products, its place as (filter, channel, row,
   * column).
   *
   * @param filtersFirst whether the filter is the outermost axis, else the innermost
   */
  static int[] table(Convolution c, boolean filtersFirst) {
    int entries = c.kernelSize() / c.filters();
    int[] table = new int[c.kernelSize()];
    for (int filter = 0; filter < c.filters(); filter++) {
      for (int k = 0; k < entries; k++) {
        int channel = k % c.channels();
        int place = channel * (entries / c.channels()) + k / c.channels();
        int at = filtersFirst ? filter * entries + k : k * c.filters() + filter;
        table[at] = filter * entries + place;
      }
    }
    return table;
  }
}
