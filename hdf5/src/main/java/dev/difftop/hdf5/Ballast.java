package dev.difftop.hdf5;

import dev.difftop.hdf5.H5Exception.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A file of zeros beside a file that is being written, thrown overboard before that is closed. On a
 * full disk the library cannot write back what it still holds; it then keeps the file open for good
 * and breaks down when the process ends. The room of the ballast lets it close.
 */
final class Ballast {
  private static final int BYTES = 4 << 20;

  private final Path name;
  private final Path file;

  /**
   * Takes the ballast on.
   *
   * @param name the file to be written, for messages
   * @throws H5Exception {@code WRITE_FAILED} if there is no room even for that
   */
  Ballast(Path name, Path folder) {
    this.name = name;
    this.file = folder.resolve("." + name.getFileName() + "." + UUID.randomUUID() + ".ballast");
    try {
      Files.write(file, new byte[BYTES]);
    } catch (IOException e) {
      drop();
      throw new H5Exception(Kind.WRITE_FAILED, name, "", "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Gives the room back. Once is enough, twice does no harm. */
  void drop() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new H5Exception(Kind.WRITE_FAILED, name, "", "cannot remove " + file + ": " + e, e);
    }
  }
}
