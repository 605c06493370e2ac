package dev.difftop.app.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launchers, with a Java and a Maven that only say what they were asked for. */
final class LauncherTest {
  private static final Path REPOSITORY = Path.of("../..");

  @TempDir Path temp;
  private Path root;
  private Path bin;

  /** A repository with both launchers, and a folder of false tools. */
  @BeforeEach
  void layOut() throws IOException {
    root = temp.resolve("with a blank");
    bin = Files.createDirectories(temp.resolve("tools"));
    Files.createDirectories(root.resolve("apps/cli/src/launcher"));
    Files.createDirectories(root.resolve("api/src/main/java"));
    copy("difftop");
    copy("apps/cli/src/launcher/difftop.sh");
    Files.writeString(root.resolve("api/src/main/java/Some.java"), "class Some {}");
    tool("mvn", "echo \"mvn $*\" >> '" + temp + "/asked'", builds());
    jdk("17.0.15");
  }

  private void copy(String file) throws IOException {
    Files.copy(REPOSITORY.resolve(file), root.resolve(file));
  }

  /** What a build leaves behind. */
  private String builds() {
    return """
    mkdir -p apps/cli/target/difftop/bin apps/cli/target/difftop/lib
    cp apps/cli/src/launcher/difftop.sh apps/cli/target/difftop/bin/difftop
    """;
  }

  private void tool(String name, String... script) throws IOException {
    executable(bin.resolve(name), "#!/bin/sh\n" + String.join("\n", script) + "\n");
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertTrue(file.toFile().setExecutable(true));
  }

  /** A JDK of that version, whose java prints its arguments. */
  private Path jdk(String version) throws IOException {
    Path home = temp.resolve("jdk-" + version);
    executable(home.resolve("bin/java"), "#!/bin/sh\nfor word; do echo \"$word\"; done\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private Run start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(root.resolve("difftop").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(k -> k.startsWith("DIFFTOP_"));
    builder.environment().put("PATH", bin + ":/usr/bin:/bin");
    builder.environment().put("JAVA_HOME", temp.resolve("jdk-17.0.15").toString());
    builder.environment().putAll(environment);
    builder.redirectOutput(temp.resolve("out").toFile());
    builder.redirectError(temp.resolve("err").toFile());
    try {
      int status = builder.start().waitFor();
      return new Run(status, read("out"), read("err"));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String read(String file) throws IOException {
    return Files.readString(temp.resolve(file), StandardCharsets.UTF_8);
  }

  @Test
  void buildsOnFirstUseAndSaysSo() throws IOException {
    Run first = start(Map.of(), "env", "render", "a b");
    assertEquals(0, first.status(), first::toString);
    assertTrue(first.err().startsWith("difftop: building"), first::toString);
    assertTrue(read("asked").contains("-pl apps/cli -am package"), () -> "asked");
    List<String> words = first.out().lines().toList();
    assertEquals(List.of("env", "render", "a b"), words.subList(words.size() - 3, words.size()));
    assertTrue(words.contains(root.toRealPath() + "/apps/cli/target/difftop/lib"), first::out);
    assertTrue(words.contains("-Ddifftop.plugins=" + root.toRealPath() + "/plugins"), first::out);
  }

  @Test
  void buildsAgainOnlyWhenASourceIsNewer() throws IOException {
    start(Map.of(), "plugins");
    Files.delete(temp.resolve("asked"));
    Run second = start(Map.of(), "plugins");
    assertEquals("", second.err());
    assertFalse(Files.exists(temp.resolve("asked")));

    Path source = root.resolve("api/src/main/java/Some.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    Run third = start(Map.of(), "plugins");
    assertTrue(third.err().startsWith("difftop: building"), third::toString);
  }

  @Test
  void leavesTestsAndExamplesOutOfIt() throws IOException {
    start(Map.of(), "plugins");
    FileTime later = FileTime.from(Instant.now().plusSeconds(5));
    for (String file : List.of("api/src/test/java/T.java", "examples/p/src/main/java/P.java")) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.setLastModifiedTime(Files.writeString(path, "class X {}"), later);
    }
    assertEquals("", start(Map.of(), "plugins").err());
  }

  @Test
  void showsWhyABuildFailed() throws IOException {
    tool("mvn", "echo 'COMPILATION ERROR: Some.java'", "exit 1");
    Run run = start(Map.of(), "plugins");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("COMPILATION ERROR: Some.java"), run::toString);
    assertTrue(run.err().contains("difftop: the build failed"), run::toString);
    assertEquals("", run.out());
  }

  @ParameterizedTest
  @CsvSource({"11.0.2,11.0.2", "1.8.0_292,1.8.0_292"})
  void refusesAnOldJavaBeforeItBuilds(String version, String said) throws IOException {
    Run run = start(Map.of("JAVA_HOME", jdk(version).toString()), "plugins");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("is Java " + said + ", expected 17 or newer"), run::toString);
    assertFalse(Files.exists(temp.resolve("asked")));
  }

  /**
   * Where no locale is set, or one that is not installed, names of files are UTF-8 all the same.
   */
  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL=", "LANG=xx_XX.UTF-8"})
  void namesOfFilesAreUtf8WithoutALocale(String setting) throws IOException {
    executable(temp.resolve("jdk-17.0.15/bin/java"), "#!/bin/sh\nlocale charmap 2>/dev/null\n");
    int at = setting.indexOf('=');
    Map<String, String> environment =
        new HashMap<>(Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""));
    environment.put(setting.substring(0, at), setting.substring(at + 1));
    assertEquals("UTF-8", start(environment, "plugins").out().strip());
  }

  @Test
  void refusesAJavaHomeWithoutJava() throws IOException {
    Run run = start(Map.of("JAVA_HOME", "/nowhere"), "plugins");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("JAVA_HOME is /nowhere"), run::toString);
  }

  @Test
  void asksAJavaThatStatesNoVersion() throws IOException {
    Path home = jdk("20");
    Files.delete(home.resolve("release"));
    executable(home.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"15.0.1\" 2020' >&2\n");
    Run run = start(Map.of("JAVA_HOME", home.toString()), "plugins");
    assertTrue(run.err().contains("is Java 15.0.1"), run::toString);
  }

  @Test
  void allowsNativeAccessWhereJavaWarnsOfIt() throws IOException {
    Run old = start(Map.of(), "plugins");
    assertFalse(old.out().contains("--enable-native-access"), old::toString);
    Run recent = start(Map.of("JAVA_HOME", jdk("25.0.3").toString()), "plugins");
    assertTrue(recent.out().contains("--enable-native-access=org.bytedeco.javacpp,"), recent::out);
    assertTrue(recent.out().contains("--sun-misc-unsafe-memory-access=allow"), recent::out);
  }

  @Test
  void passesOptionsOnToTheJvm() throws IOException {
    Run run =
        start(Map.of("DIFFTOP_OPTS", "-Xmx9g -Dx=y", "DIFFTOP_PLUGINS", "/my/plugins"), "plugins");
    List<String> words = run.out().lines().toList();
    assertTrue(words.indexOf("-Xmx9g") > words.indexOf("-Xmx4g"), run::out);
    assertTrue(words.indexOf("-Dx=y") < words.indexOf("-m"), run::out);
    assertTrue(words.contains("-Ddifftop.plugins=/my/plugins"), run::out);
  }
}
