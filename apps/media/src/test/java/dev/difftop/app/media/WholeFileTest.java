package dev.difftop.app.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path temp;

  /** What was there stays, nothing is left beside it, and the error has file and reason. */
  @Test
  void namesTheFileThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(temp.resolve("curve.svg"), "before");
    FileSystemException error =
        assertThrows(
            FileSystemException.class,
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(file.toString(), error.getFile());
    assertEquals("No space left on device", error.getReason());
    assertEquals("before", Files.readString(file));
    try (Stream<Path> all = Files.list(temp)) {
      assertEquals(List.of(file), all.toList());
    }
  }
}
