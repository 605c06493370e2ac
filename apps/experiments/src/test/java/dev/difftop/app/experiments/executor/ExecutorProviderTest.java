package dev.difftop.app.experiments.executor;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorProviderTest {
  @Test
  void aMissingExecutorIsRefusedWithWhatToDo(@TempDir Path temp) throws IOException {
    String unknown =
        assertThrows(IllegalArgumentException.class, () -> ExecutorProvider.named("cloud"))
            .getMessage();
    assertTrue(unknown.endsWith("no executor named \"cloud\"; found [local]"), unknown);
    Path there = Files.createFile(temp.resolve("a.jar"));
    assertTrue(SparkHint.of(there.toString()).contains("mvn -Pspark"));
    assertTrue(SparkHint.of("").contains("mvn -Pspark"));
    String missing = SparkHint.of(there + File.pathSeparator + temp.resolve("nowhere.jar"));
    assertTrue(missing.endsWith("there is no file " + temp.resolve("nowhere.jar")), missing);
  }
}
