package dev.difftop.learning.replay;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import java.nio.file.Path;
import java.util.Optional;

/** What experience is kept, where, and how it is drawn. */
public record ReplaySettings(
    @Doc(
            "most steps that are kept; the oldest episodes go first. Priorities take 16 to 32 bytes"
                + " of heap each")
        @Range(min = 1, max = 1 << 28)
        @Default("1000000")
        int capacity,
    @Doc("alpha: 0 draws all sequences alike, 1 in proportion to their priority")
        @Range(min = 0)
        @Default("0.6")
        double priorityExponent,
    @Doc("beta: 0 weighs all sequences alike, 1 undoes in the mean that some are drawn more often")
        @Range(min = 0)
        @Default("0.4")
        double weightExponent,
    @Doc(
            "last steps of every episode that no sequence contains; the code of TD-MPC leaves out"
                + " one, so that the end of an episode is never learned from")
        @Range(min = 0)
        @Default("0")
        int leftOut,
    @Doc("a folder for the episodes, a file each; without one they are kept in memory only")
        Optional<Path> folder,
    @Doc(
            "with a folder: most bytes of episodes that are in memory as well; 0 is a quarter of"
                + " the heap")
        @Range(min = 0)
        @Default("0")
        long memoryBytes,
    @Doc("with a folder: how hard pictures are compressed; 0 not at all")
        @Range(min = 0, max = 9)
        @Default("1")
        int compression) {
  private static final int SHARE_OF_HEAP = 4;

  /** Settings without steps that are left out. */
  public ReplaySettings(
      int capacity,
      double priorityExponent,
      double weightExponent,
      Optional<Path> folder,
      long memoryBytes,
      int compression) {
    this(capacity, priorityExponent, weightExponent, 0, folder, memoryBytes, compression);
  }

  /** The same with the episodes in a folder. */
  public ReplaySettings in(Path episodes) {
    return new ReplaySettings(
        capacity,
        priorityExponent,
        weightExponent,
        leftOut,
        Optional.of(episodes),
        memoryBytes,
        compression);
  }

  /** What may be in memory. */
  long room() {
    if (folder.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return memoryBytes > 0 ? memoryBytes : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }
}
