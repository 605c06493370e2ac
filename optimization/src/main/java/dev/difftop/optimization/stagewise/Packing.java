package dev.difftop.optimization.stagewise;

/**
 * Which lane of which block holds a sample, and the closing of gaps that finished samples leave, so
 * that they cost nothing more.
 *
 * <p>Lanes form groups of a fixed size, a run of a plan each, dealt out to the blocks in turn.
 * Sample s stands in place {@code s % group} of some group, always; it moves from group to group
 * only. The plan is the same for all groups and lanes of a run do not look at each other, so that a
 * sample's numbers have the same bits however many others are left, and whoever computes them.
 */
public final class Packing {
  /** Most lanes of a run: enough to share the cost of its steps, few enough to end idle lanes. */
  private static final int GROUP = 8;

  /**
   * Most lanes of a run of a small batch that works by stages: near the end, when few samples are
   * left, there is more for several threads to share.
   */
  private static final int SMALL_GROUP = 4;

  /** Largest small batch. */
  private static final int SMALL_BATCH = 64;

  /** Most lanes of a block: what is done with all of them at once should stay in the cache. */
  private static final int WIDEST = 64;

  /** Most bytes of a block. */
  private static final long LARGEST = 16L << 20;

  /**
   * Lanes of a block that stays with one thread from start to end: with all its matrices it should
   * stay in the nearest large cache.
   */
  private static final int NEAR = 48;

  private final StageBlock[] blocks;
  private final int group;
  private int groups;

  /**
   * Lays out blocks for a batch.
   *
   * @param threads at least as many blocks, if there are groups for them
   */
  public Packing(int batch, int horizon, int nx, int nu, int threads) {
    this.group = stageGroup(batch);
    this.groups = (batch + group - 1) / group;
    int widest = widest(group, WIDEST, horizon, nx, nu);
    int count = Math.max(threads, (groups * group + widest - 1) / widest);
    count = Math.min(groups, (count + threads - 1) / threads * threads);
    int width = (groups + count - 1) / count * group;
    this.blocks = new StageBlock[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = new StageBlock(horizon, nx, nu, width);
    }
  }

  private static int widest(int group, int lanes, int horizon, int nx, int nu) {
    int n = nx + nu;
    long bytes = 8L * horizon * (nx * n + 2L * n * n + 6L * n + (long) nu * nx);
    return (int) Math.max(group, Math.min(lanes, LARGEST / bytes / group * group));
  }

  /**
   * Shares of a batch whose samples are solved from start to end before others come, such that
   * every thread has about as many samples. A share is a range of groups.
   */
  record Shares(int batch, int group, int groups, int count) {
    /** Lanes of the largest share. */
    int width() {
      return (groups + count - 1) / count * group;
    }

    /** First sample of a share. */
    int first(int share) {
      return share * groups / count * group;
    }

    /** Number of samples of a share. */
    int size(int share) {
      return Math.min(batch, first(share + 1)) - first(share);
    }

    /** Lanes of a share: those of whole groups. */
    int lanes(int share) {
      return first(share + 1) - first(share);
    }
  }

  /** Shares for so many threads. */
  static Shares shares(int batch, int horizon, int nx, int nu, int threads) {
    int group = stageGroup(batch);
    int groups = (batch + group - 1) / group;
    int most = widest(group, NEAR, horizon, nx, nu) / group;
    int rounds = (groups + most * threads - 1) / (most * threads);
    return new Shares(batch, group, groups, Math.min(groups, rounds * threads));
  }

  /** Lanes of a run for a batch; a smaller batch has no more than it needs. */
  public static int group(int batch) {
    return Math.min(batch, GROUP);
  }

  /** Lanes of a run that works by stages. */
  static int stageGroup(int batch) {
    return Math.min(batch, batch <= SMALL_BATCH ? SMALL_GROUP : GROUP);
  }

  /** All blocks. */
  public StageBlock[] blocks() {
    return blocks;
  }

  /** Lanes of a run. */
  public int group() {
    return group;
  }

  /** Lets all groups be in use again. */
  public void unpack(int batch) {
    groups = (batch + group - 1) / group;
  }

  /** How many blocks have lanes in use: the first ones. */
  int used() {
    return Math.min(groups, blocks.length);
  }

  /** How many lanes of a block are in use. */
  public int lanes(int block) {
    return (groups - block + blocks.length - 1) / blocks.length * group;
  }

  /** Moves samples of the last groups into gaps of the first. */
  public void pack() {
    groups = pack(blocks, group, groups);
  }

  /**
   * Moves samples of the last groups into gaps of the first.
   *
   * @param groups groups in use
   * @return groups in use from now on
   */
  static int pack(StageBlock[] blocks, int group, int groups) {
    int needed = 0;
    for (int place = 0; place < group; place++) {
      int count = 0;
      for (int g = 0; g < groups; g++) {
        count += isTaken(blocks, group, g, place) ? 1 : 0;
      }
      needed = Math.max(needed, count);
    }
    for (int place = 0; needed < groups && place < group; place++) {
      int free = 0;
      for (int g = needed; g < groups; g++) {
        if (isTaken(blocks, group, g, place)) {
          while (isTaken(blocks, group, free, place)) {
            free++;
          }
          StageBlock from = blocks[g % blocks.length];
          int lane = g / blocks.length * group + place;
          int to = free / blocks.length * group + place;
          blocks[free % blocks.length].takeLane(to, from, lane);
          from.samples[lane] = -1;
        }
      }
    }
    return needed;
  }

  private static boolean isTaken(StageBlock[] blocks, int group, int g, int place) {
    return blocks[g % blocks.length].samples[g / blocks.length * group + place] >= 0;
  }

  private StageBlock block(int g) {
    return blocks[g % blocks.length];
  }

  private int lane(int g, int place) {
    return g / blocks.length * group + place;
  }

  /** Where sample s starts: its block. */
  public StageBlock blockOf(int sample) {
    return block(sample / group);
  }

  /** Where sample s starts: its lane. */
  public int laneOf(int sample) {
    return lane(sample / group, sample % group);
  }
}
