package dev.difftop.hdf5.output;

import dev.difftop.hdf5.value.H5Exception;
import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lock of an output file against other threads and other processes: a locked file beside it, which
 * is removed at the end. The system gives the lock back when a process ends in any way.
 */
final class OutputLock implements AutoCloseable {
  /**
   * Of this process. The system's locks are those of a process, and end with any of its channels.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int MOST_TRIES = 100;
  private static final int MOST_PADDING = 4000;

  private final Path file;
  private final FileChannel channel;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param name the output file in messages
   * @param target the output file itself
   * @throws H5Exception {@code FILE_BUSY}, {@code WRITE_FAILED}
   */
  static OutputLock take(Path name, Path target) {
    Path file = TemporaryFiles.lock(target);
    if (!HELD.add(file)) {
      throw busy(name, "this process");
    }
    try {
      for (int i = 0; i < MOST_TRIES; i++) {
        FileChannel locked = tryToLock(name, file);
        if (locked != null) {
          return new OutputLock(file, locked);
        }
      }
      throw busy(name, "another process");
    } catch (IOException e) {
      HELD.remove(file);
      throw H5Exception.writeFailed(name, "cannot be locked for writing", e);
    } catch (RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  /** Null if the owner before removed the file while it was opened here. */
  private static FileChannel tryToLock(Path name, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw busy(name, owner(channel));
      } else if (isStillThere(channel, file)) {
        return channel;
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /**
   * Whether the locked file is the one of that name. It must not be opened for that, as closing it
   * would end the lock; so it gets a size that no other has.
   */
  private static boolean isStillThere(FileChannel channel, Path file) throws IOException {
    int padding = ThreadLocalRandom.current().nextInt(MOST_PADDING);
    String owner = "process " + ProcessHandle.current().pid() + "\n" + ".".repeat(padding);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.US_ASCII)), 0);
    try {
      return Files.size(file) == owner.length();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(64);
    channel.read(text, 0);
    String first = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    int end = first.indexOf('\n');
    return end > 0 ? first.substring(0, end) : "another process";
  }

  private static H5Exception busy(Path name, String owner) {
    return Location.root(name)
        .fault(Kind.FILE_BUSY, owner + " is writing it; wait for its end, or name another file");
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      // Removed while it is locked: a process that opened it before compares its name.
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException e) {
      throw H5Exception.writeFailed(file, "cannot be removed", e);
    } finally {
      HELD.remove(file);
    }
  }
}
