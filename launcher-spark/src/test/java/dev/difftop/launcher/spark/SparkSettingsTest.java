package dev.difftop.launcher.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.experiments.executor.ExecutorProvider;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before Spark starts. */
class SparkSettingsTest {
  @TempDir private Path temp;

  private static String refusal(Map<String, String> settings) {
    return assertThrows(
            IllegalArgumentException.class,
            () ->
                ExecutorProvider.named("spark")
                    .open(new ExecutorProvider.Request(0, 1, settings, note -> {})))
        .getMessage();
  }

  @Test
  void settingsAreThoseOfSpark() {
    assertTrue(refusal(Map.of()).contains("--set spark.master is missing"));
    assertTrue(refusal(Map.of("master", "local[2]")).contains("--set master: "));
    assertTrue(refusal(Map.of("spark.master", "spark://nowhere")).contains("spark://HOST:PORT"));
    assertTrue(refusal(Map.of("spark.master", "spark://a:99999")).contains("spark://HOST:PORT"));
  }

  @Test
  void aMasterThatDoesNotAnswerIsNamed() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
      // One of two is enough.
      Masters.requireReachable("spark://127.0.0.1:1,127.0.0.1:" + port);
    }
    String message = refusal(Map.of("spark.master", "spark://127.0.0.1:" + port));
    assertTrue(message.contains("no master answers (127.0.0.1:" + port), message);
    Masters.requireReachable("local[2]");
  }

  @Test
  void sparkIsThatOfSparkHomeElseBesideTheBridge() throws IOException {
    Path bridge = temp.resolve("bridge.jar");
    Path home = temp.resolve("home");
    String message =
        assertThrows(IllegalStateException.class, () -> SparkJars.find(bridge, Optional.empty()))
            .getMessage();
    assertTrue(message.contains("set SPARK_HOME"), message);
    jars(home.resolve("jars"));
    assertEquals(
        List.of(bridge, home.resolve("jars/a.jar"), home.resolve("jars/spark-core_2.13-4.jar")),
        SparkJars.find(bridge, Optional.of(home)).all());
    jars(temp.resolve("jars"));
    assertEquals(temp.resolve("jars"), SparkJars.find(bridge, Optional.empty()).folder());
  }

  private static void jars(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : List.of("a.jar", "spark-core_2.13-4.jar", "notes.txt")) {
      Files.createFile(folder.resolve(name));
    }
  }
}
