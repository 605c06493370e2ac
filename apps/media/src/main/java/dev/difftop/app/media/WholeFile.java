package dev.difftop.app.media;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file beside its place and renames it, so that nobody ever sees half of it. */
final class WholeFile {
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file.
   *
   * @throws FileSystemException if it cannot be written, with the file and the reason
   */
  static void write(Path file, Content content) throws IOException {
    Path place = file.toAbsolutePath();
    Path beside =
        place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(beside, StandardOpenOption.CREATE_NEW))) {
        content.writeTo(out);
      }
      Files.move(
          beside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // A full disk names no file.
      throw new FileSystemException(place.toString(), null, e.getMessage());
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
