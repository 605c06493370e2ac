package dev.difftop.hdf5.output;

import dev.difftop.hdf5.value.H5Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What shows that a file is still the same one.
 *
 * @param key identity within the file system, such as device and inode; null where there is none
 * @param bytes its size
 * @param modified when it was last written
 */
record FileState(Object key, long bytes, FileTime modified) {
  /** The state of a file; nothing if there is none. */
  static Optional<FileState> of(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(new FileState(found.fileKey(), found.size(), found.lastModifiedTime()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw H5Exception.writeFailed(file, "cannot be looked at", e);
    }
  }
}
