package dev.difftop.hdf5;

import static dev.difftop.hdf5.RoundTripTest.assertFault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.difftop.hdf5.value.H5Exception.Kind;
import dev.difftop.hdf5.value.H5Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file gets its name only when it is whole. */
class WritingTest {
  @TempDir Path folder;

  private List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void withoutCommitTheOldFileStays() throws IOException {
    Path path = Files.writeString(folder.resolve("run.h5"), "old");
    try (H5File f = H5File.create(path)) {
      f.write("a", new double[] {1}, 1);
      assertEquals("old", Files.readString(path));
    }
    assertEquals("old", Files.readString(path));
    assertEquals(List.of("run.h5"), files());
  }

  @Test
  void commitReplacesTheOldFile() throws IOException {
    Path path = Files.writeString(folder.resolve("run.h5"), "old");
    try (H5File f = H5File.create(path)) {
      f.write("a", new double[] {1}, 1);
      f.commit();
    }
    try (H5File f = H5File.open(path)) {
      assertEquals(List.of("a"), f.names());
    }
    assertEquals(List.of("run.h5"), files());
  }

  @Test
  void aBadPlaceIsSaidAtOnce() {
    Path nowhere = folder.resolve("nowhere/run.h5");
    assertFault(Kind.WRITE_FAILED, nowhere.toString(), () -> H5File.create(nowhere));
    assertFault(Kind.WRITE_FAILED, folder.toString(), () -> H5File.create(folder));
  }

  @Test
  void aNameIsTakenOnce() {
    try (H5File f = H5File.create(folder.resolve("run.h5"))) {
      f.write("a", new double[] {1}, 1);
      assertFault(Kind.WRITE_FAILED, ":a", () -> f.write("a", new double[] {1}, 1));
      assertFault(Kind.WRITE_FAILED, ":a/b", () -> f.write("a/b", new double[] {1}, 1));
    }
  }

  @Test
  void theCallersMistakesAreHisOwn() {
    try (H5File f = H5File.create(folder.resolve("run.h5"))) {
      assertThrows(IllegalArgumentException.class, () -> f.write("a", new double[] {1}, 2));
      assertThrows(IllegalArgumentException.class, () -> H5Storage.contiguous().gzip(4));
      assertThrows(IllegalArgumentException.class, () -> H5Storage.chunked(1).gzip(10));
    }
    assertThrows(
        IllegalStateException.class,
        () -> {
          try (H5File f = H5File.create(folder.resolve("run.h5"))) {
            f.commit();
            f.commit();
          }
        });
  }

  @Test
  void aFileOpenedForReadingIsNotWritten() {
    Path path = folder.resolve("run.h5");
    try (H5File f = H5File.create(path)) {
      f.commit();
    }
    try (H5File f = H5File.open(path)) {
      assertFault(Kind.WRITE_FAILED, ":a", () -> f.write("a", new double[] {1}, 1));
      assertThrows(IllegalStateException.class, f::commit);
    }
  }
}
