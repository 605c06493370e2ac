package dev.difftop.app.experiments.io;

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
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path beside =
          file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
