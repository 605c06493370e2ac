package dev.difftop.app.cli.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.cli.Run;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every skeleton that {@code new plugin} writes, and every plugin of {@code examples}, passes its
 * own tests: the contract of its service and what it adds. They run on the class path of a process
 * of their own, as in a project of a third party.
 */
final class PluginContractsTest {
  private static final Path EXAMPLES = Path.of("../../examples");
  private static final List<String> SERVICES =
      List.of(
          "cost", "dataset", "dynamics", "encoder", "engine", "environment", "learner", "solver");
  private static final Pattern LINE = Pattern.compile("(\\S+): (\\d+) passed, (\\d+) failed");

  @TempDir Path temp;

  @Test
  void skeletonsAndExamplesPassTheirContracts() throws IOException, InterruptedException {
    List<Path> projects = new ArrayList<>();
    for (String service : SERVICES) {
      Path project = temp.resolve(service);
      Run.of("new", "plugin", service, "own-" + service, "--out", project).good();
      projects.add(project);
    }
    try (Stream<Path> examples = Files.list(EXAMPLES)) {
      examples
          .filter(e -> e.getFileName().toString().startsWith("plugin-"))
          .sorted()
          .forEach(projects::add);
    }
    Path classes = temp.resolve("classes");
    List<String> tests = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (Path project : projects) {
      sources.addAll(sources(project.resolve("src/main/java")));
      List<String> own = sources(project.resolve("src/test/java"));
      own.forEach(file -> tests.add(className(project.resolve("src/test/java"), file)));
      sources.addAll(own);
    }
    compile(sources, classes);
    String said = run(classes, tests);
    for (String test : tests) {
      Matcher line =
          LINE.matcher(said)
              .results()
              .filter(r -> r.group(1).equals(test))
              .findFirst()
              .map(r -> LINE.matcher(r.group()))
              .orElseThrow(() -> new AssertionError(test + " did not run: " + said));
      assertTrue(line.matches());
      assertEquals(0, Integer.parseInt(line.group(3)), said);
      assertTrue(Integer.parseInt(line.group(2)) >= 4, () -> "a contract has more tests: " + said);
    }
    assertEquals(projects.size(), tests.size(), "each has a contract test");
  }

  /** All but the module descriptors: on a class path there is no module. */
  private static List<String> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(Path::toString)
          .filter(f -> f.endsWith(".java") && !f.endsWith("module-info.java"))
          .toList();
    }
  }

  private static String className(Path folder, String file) {
    return folder
        .relativize(Path.of(file))
        .toString()
        .replace(".java", "")
        .replace(File.separatorChar, '.');
  }

  private static String classPath(Path classes) {
    return String.join(
        File.pathSeparator,
        classes.toString(),
        System.getProperty("jdk.module.path"),
        System.getProperty("java.class.path"),
        Path.of("target/test-classes").toAbsolutePath().toString());
  }

  private static void compile(List<String> sources, Path classes) {
    List<String> arguments = new ArrayList<>(List.of("--release", "17", "-proc:none"));
    arguments.addAll(List.of("-cp", classPath(classes), "-d", classes.toString()));
    arguments.addAll(sources);
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, arguments.toArray(String[]::new));
    assertEquals(0, status, said::toString);
  }

  private String run(Path classes, List<String> tests) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-cp", classPath(classes), ContractRun.class.getName()));
    command.addAll(tests);
    Path said = temp.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it did not end");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
