package dev.difftop.learning.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path temp;

  @Test
  void aFolderAppearsWholeOrNotAtAll() throws IOException {
    Path folder = temp.resolve("run");
    assertThrows(
        IllegalStateException.class,
        () ->
            RunFolder.create(
                folder,
                made -> {
                  made.write("config.yaml", "run: {}");
                  throw new IllegalStateException("no space");
                }));
    assertEquals(List.of(), names());
  }

  @Test
  void aDraftWhoseProcessWasKilledGoesWithTheNextRunOfThatName() throws IOException {
    Path folder = temp.resolve("run");
    Path abandoned = Files.createDirectory(temp.resolve(".run.part123"));
    Files.writeString(abandoned.resolve(".lock"), "");
    Files.writeString(abandoned.resolve("config.yaml"), "run: {}");
    Path other = Files.createDirectory(temp.resolve(".run.part-of-mine"));
    try (RunFolder run = RunFolder.create(folder, made -> made.write("config.yaml", "run: {}"))) {
      assertFalse(Files.exists(abandoned));
      assertTrue(Files.exists(other), "nobody locked it: it is no draft of a run");
      assertEquals("run: {}", Files.readString(run.config()));
    }
  }

  @Test
  void aDraftThatIsBeingWrittenStays() throws IOException {
    Path folder = temp.resolve("run");
    assertThrows(
        IllegalArgumentException.class,
        () ->
            RunFolder.create(
                folder,
                first -> {
                  first.write("config.yaml", "first: {}");
                  RunFolder.create(folder, second -> second.write("config.yaml", "second: {}"))
                      .close();
                  assertTrue(Files.exists(first.config()), "the first is still at work");
                }),
        "the second was faster");
    assertEquals("second: {}", Files.readString(folder.resolve("config.yaml")));
    assertEquals(List.of("run"), names());
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
