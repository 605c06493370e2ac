package dev.difftop.app.experiments.executor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What is missing for the executor of launcher-spark, which is built on request. */
final class SparkHint {
  private SparkHint() {}

  /**
   * What to do.
   *
   * @param classPath of this process, where the executor would be
   */
  static String of(String classPath) {
    List<String> missing =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(jar -> !jar.isEmpty() && !Files.exists(Path.of(jar)))
            .toList();
    return missing.isEmpty()
        ? "build it with mvn -Pspark -pl launcher-spark -am package -DskipTests; DIFFTOP_CLASSPATH"
            + " names its jar to bin/difftop, ./difftop finds it"
        : "DIFFTOP_CLASSPATH: there is no file " + missing.get(0);
  }
}
