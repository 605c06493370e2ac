package dev.difftop.learning.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Texts that are written beside their place and renamed. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a text; readers see the old text or the new one.
   *
   * @throws UncheckedIOException if it cannot be written; what was there is as it was
   */
  public static void write(Path file, String text) {
    Path beside =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      remove(beside, e);
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** Half of a text is of use to nobody, and fills a disk further. */
  private static void remove(Path beside, IOException cause) {
    try {
      Files.deleteIfExists(beside);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
