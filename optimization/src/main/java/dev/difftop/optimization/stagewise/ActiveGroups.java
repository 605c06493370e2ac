package dev.difftop.optimization.stagewise;

import dev.difftop.optimization.SampleResults;
import java.util.Arrays;

/**
 * The unfinished samples of a batch in groups, a run of a plan each, so that finished ones cost
 * nothing more. Sample s always stands in lane {@code s % lanes}: see {@link Packing}.
 */
public final class ActiveGroups {
  private final int batch;
  private final int lanes;
  private final int[][] groups;
  private final int[] filled;
  private int count;

  /** For a batch. */
  public ActiveGroups(int batch) {
    this.batch = batch;
    this.lanes = Packing.group(batch);
    this.groups = new int[(batch + lanes - 1) / lanes][lanes];
    this.filled = new int[lanes];
  }

  /** Lanes of a group. */
  public int lanes() {
    return lanes;
  }

  /** Forms groups of the samples that are not finished; answers how many. */
  public int form(SampleResults results) {
    Arrays.fill(filled, 0);
    for (int[] group : groups) {
      Arrays.fill(group, -1);
    }
    count = 0;
    for (int s = 0; s < batch; s++) {
      if (results.isActive(s)) {
        int lane = s % lanes;
        groups[filled[lane]++][lane] = s;
        count = Math.max(count, filled[lane]);
      }
    }
    return count;
  }

  /** The samples of a group, by lane; -1 for none. */
  public int[] group(int i) {
    return groups[i];
  }
}
