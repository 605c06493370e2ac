package dev.difftop.optimization.stagewise;

/**
 * Which samples a thread takes, and the closing of gaps that ended samples leave, so that they cost
 * nothing more.
 *
 * <p>Lanes form groups of a fixed size, a run of a program each. Sample s stands in place {@code s
 * % group} of some group, always; it moves from group to group only. The program is the same for
 * all groups and lanes of a run do not depend on each other, so that a sample's numbers have the
 * same bits however many others are left, and whichever thread computes them.
 */
public final class Packing {
  /** Most lanes of a run: enough to share the cost of its steps, few enough to end idle lanes. */
  private static final int GROUP = 8;

  /**
   * Most lanes of a run of a small batch that works by stages: near the end, when few samples are
   * left, there is more for several threads to do.
   */
  private static final int SMALL_GROUP = 4;

  /** Largest small batch. */
  private static final int SMALL_BATCH = 64;

  /** Most lanes of a block: what is done with all of them at once should stay in the cache. */
  private static final int WIDEST = 64;

  /**
   * The same of a linear-quadratic problem: with all its matrices a block should stay in the
   * nearest large cache.
   */
  private static final int WIDEST_QUADRATIC = 48;

  /** Most bytes of a block. */
  private static final long LARGEST = 16L << 20;

  private Packing() {}

  private static int widest(int group, int lanes, int horizon, int nx, int nu) {
    int n = nx + nu;
    long bytes = 8L * horizon * (nx * n + 2L * n * n + 6L * n + (long) nu * nx);
    return (int) Math.max(group, Math.min(lanes, LARGEST / bytes / group * group));
  }

  /**
   * Chunks of a batch whose samples are solved from start to end before others come, such that
   * every thread has about as many samples. A chunk is a range of groups.
   */
  record Chunks(int batch, int group, int groups, int count) {
    /** Lanes of the largest chunk. */
    int width() {
      return (groups + count - 1) / count * group;
    }

    /** First sample of a chunk. */
    int first(int chunk) {
      return chunk * groups / count * group;
    }

    /** Number of samples of a chunk. */
    int size(int chunk) {
      return Math.min(batch, first(chunk + 1)) - first(chunk);
    }

    /** Lanes of a chunk: those of whole groups. */
    int lanes(int chunk) {
      return first(chunk + 1) - first(chunk);
    }
  }

  /**
   * Chunks for so many threads.
   *
   * @param quadratic whether the problem is linear-quadratic
   */
  static Chunks chunks(int batch, int horizon, int nx, int nu, int threads, boolean quadratic) {
    int group = stageGroup(batch);
    int groups = (batch + group - 1) / group;
    int widest = widest(group, quadratic ? WIDEST_QUADRATIC : WIDEST, horizon, nx, nu) / group;
    int rounds = (groups + widest * threads - 1) / (widest * threads);
    return new Chunks(batch, group, groups, Math.min(groups, rounds * threads));
  }

  /** Lanes of a run for a batch; a smaller batch has no more than it needs. */
  public static int group(int batch) {
    return Math.min(batch, GROUP);
  }

  /** Lanes of a run that works by stages. */
  static int stageGroup(int batch) {
    return Math.min(batch, batch <= SMALL_BATCH ? SMALL_GROUP : GROUP);
  }

  /**
   * Moves samples of the last groups into gaps of the first.
   *
   * @param groups groups in use
   * @return groups in use from now on
   */
  static int pack(SampleBlock block, int group, int groups) {
    int[] samples = block.progress.samples;
    int needed = 0;
    for (int place = 0; place < group; place++) {
      int count = 0;
      for (int g = 0; g < groups; g++) {
        count += samples[g * group + place] >= 0 ? 1 : 0;
      }
      needed = Math.max(needed, count);
    }
    for (int place = 0; needed < groups && place < group; place++) {
      int free = 0;
      for (int g = needed; g < groups; g++) {
        if (samples[g * group + place] >= 0) {
          while (samples[free * group + place] >= 0) {
            free++;
          }
          block.move(free * group + place, g * group + place);
        }
      }
    }
    return needed;
  }
}
