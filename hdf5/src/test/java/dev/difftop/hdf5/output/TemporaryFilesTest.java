package dev.difftop.hdf5.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.hdf5.H5File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {
  @TempDir private Path folder;

  @Test
  void everyFileOfAWriterThatEndedIsRemovedAndNothingElse() throws Exception {
    Path output = folder.resolve("out.h5");
    List<String> others =
        List.of("out.h5", ".hidden", "notes.part", ".out.h5.part", "x.lock", ".git.padding");
    for (String other : others) {
      Files.createFile(folder.resolve(other));
    }
    Files.createFile(TemporaryFiles.lock(output));
    Files.createFile(TemporaryFiles.draft(output));
    Files.createFile(TemporaryFiles.padding(output));
    TemporaryFiles.removeAll(folder);
    assertEquals(others.stream().sorted().toList(), names());
  }

  @Test
  void aWriterKeepsNoOtherFiles() throws Exception {
    Path output = folder.resolve("out.h5");
    H5File file = H5File.create(output);
    assertTrue(names().size() >= 2, "a lock and a draft at least: " + names());
    // As after a kill: what is there while it is open is what is left.
    Path copies = Files.createDirectory(folder.resolve("copies"));
    for (String name : names()) {
      if (!name.equals("copies")) {
        Files.createFile(copies.resolve(name));
      }
    }
    file.close();
    TemporaryFiles.removeAll(copies);
    try (Stream<Path> left = Files.list(copies)) {
      assertEquals(List.of(), left.toList());
    }
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
