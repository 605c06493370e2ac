package dev.difftop.app.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Locks of run folders, as the kernel of Linux lists them. To try a lock would be to take it for a
 * moment, in which a run that starts would find its folder taken.
 */
final class RunLocks {
  private static final Path LIST = Path.of("/proc/locks");
  private static final String LOCK = ".lock";
  private static final int INODE_FIELD = 5;

  /** File systems whose locks other machines hold, too. */
  private static final List<String> SHARED =
      List.of("nfs", "cifs", "smb", "fuse", "lustre", "beegfs", "gpfs", "9p", "virtiofs", "ceph");

  private final Optional<Set<Long>> inodes;

  private RunLocks(Optional<Set<Long>> inodes) {
    this.inodes = inodes;
  }

  /** The locks of this moment. */
  static RunLocks read() {
    try {
      return new RunLocks(Optional.of(parse(Files.readAllLines(LIST))));
    } catch (IOException e) {
      return new RunLocks(Optional.empty()); // Not Linux.
    }
  }

  /** Inodes of lines as {@code 2: POSIX ADVISORY WRITE 8062 fe:00:6693541 0 EOF}. */
  static Set<Long> parse(List<String> lines) {
    Set<Long> inodes = new HashSet<>();
    for (String line : lines) {
      String[] fields = line.strip().split("\\s+");
      // A line with an arrow is a process that waits.
      if (fields.length > INODE_FIELD && !fields[1].equals("->")) {
        String inode = fields[INODE_FIELD].substring(fields[INODE_FIELD].lastIndexOf(':') + 1);
        if (inode.matches("\\d{1,18}")) {
          inodes.add(Long.parseLong(inode));
        }
      }
    }
    return inodes;
  }

  /** Whether a process writes to a run folder; empty where this machine cannot know. */
  Optional<Boolean> isHeld(Path folder) {
    Path lock = folder.resolve(LOCK);
    try {
      String type = Files.getFileStore(folder).type();
      if (inodes.isEmpty() || SHARED.stream().anyMatch(type::startsWith)) {
        return Optional.empty();
      }
      return Optional.of(
          Files.exists(lock) && inodes.get().contains((Long) Files.getAttribute(lock, "unix:ino")));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
