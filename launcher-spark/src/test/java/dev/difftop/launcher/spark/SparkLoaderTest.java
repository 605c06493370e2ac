package dev.difftop.launcher.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.app.experiments.executor.RunExecutor;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SparkLoaderTest {
  /** The application is on the module path, where the loader of the platform finds it. */
  @Test
  void sparkSeesNoModuleOfTheApplication() throws Exception {
    String classPath = System.getProperty("java.class.path");
    String jackson =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(jar -> jar.matches(".*/jackson-(core|annotations|databind)-[^/]*"))
            .collect(Collectors.joining(File.pathSeparator));
    Process probe =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                jackson,
                "--add-modules",
                "com.fasterxml.jackson.databind",
                "--class-path",
                classPath,
                Probe.class.getName())
            .redirectErrorStream(true)
            .start();
    assertEquals(
        "named true, seen false, executors true",
        new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
  }

  /** Tells what a loader without a jar finds. */
  static final class Probe {
    private static final String MAPPER = "com.fasterxml.jackson.databind.ObjectMapper";

    private Probe() {}

    public static void main(String[] arguments) throws Exception {
      boolean named = Class.forName(MAPPER).getModule().isNamed();
      try (SparkLoader loader = new SparkLoader(List.of())) {
        boolean seen;
        try {
          loader.loadClass(MAPPER);
          seen = true;
        } catch (ClassNotFoundException e) {
          seen = false;
        }
        boolean executors = loader.loadClass(RunExecutor.class.getName()).equals(RunExecutor.class);
        System.out.println("named %s, seen %s, executors %s".formatted(named, seen, executors));
      }
    }
  }
}
