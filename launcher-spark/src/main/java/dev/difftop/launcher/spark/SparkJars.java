package dev.difftop.launcher.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where Spark is: {@code $SPARK_HOME/jars}, else {@code jars/} beside the bridge.
 *
 * @param bridge this jar, which executors load
 * @param folder with the jars of Spark
 */
record SparkJars(Path bridge, Path folder) {
  private static final String CORE = "spark-core_";

  /**
   * Looks for Spark.
   *
   * @throws IllegalStateException if it is not there
   */
  static SparkJars find() {
    return find(bridgeJar(), Optional.ofNullable(System.getenv("SPARK_HOME")).map(Path::of));
  }

  static SparkJars find(Path bridge, Optional<Path> sparkHome) {
    Path folder = sparkHome.orElse(bridge.toAbsolutePath().getParent()).resolve("jars");
    if (list(folder).stream().noneMatch(jar -> jar.getFileName().toString().startsWith(CORE))) {
      throw new IllegalStateException(
          "executor spark: there is no %s*.jar in %s; set SPARK_HOME to an installation of Spark 4, or build with mvn -Pspark -pl launcher-spark -am package"
              .formatted(CORE, folder));
    }
    return new SparkJars(bridge, folder);
  }

  private static Path bridgeJar() {
    try {
      return Path.of(SparkJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the bridge to Spark lies at no path", e);
    }
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bridge first: it configures the logging of Spark. */
  List<Path> all() {
    return Stream.concat(Stream.of(bridge), list(folder).stream()).toList();
  }
}
