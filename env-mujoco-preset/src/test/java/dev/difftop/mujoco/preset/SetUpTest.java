package dev.difftop.mujoco.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The set-up step of the build, where it needs no package manager. */
class SetUpTest {
  private static final Path SCRIPT = Path.of("src", "setup", "mujoco.sh").toAbsolutePath();
  private static final Path FOUND = Path.of("target", "mujoco").toAbsolutePath();

  private record Outcome(int status, String output) {}

  @TempDir Path folder;

  private Outcome run(List<String> path, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/sh", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("MUJOCO_DIR");
    if (!path.isEmpty()) {
      builder.environment().put("PATH", String.join(":", path));
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void takesTheConfiguredFolder() throws Exception {
    Path target = folder.resolve("target");
    Outcome outcome = run(List.of(), target.toString(), FOUND.toString());
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(Files.exists(target.resolve("mujoco/include/mujoco/mujoco.h")));
    assertTrue(Files.exists(target.resolve("mujoco/lib/libmujoco.so.2.2.2")));
    assertEquals(FOUND.toString(), Files.readAllLines(target.resolve("mujoco/origin")).get(0));
  }

  @Test
  void refusesAConfiguredFolderThatIsNotThere() throws Exception {
    Outcome outcome = run(List.of(), folder.toString(), folder.resolve("nowhere").toString());
    assertNotEquals(0, outcome.status());
    assertTrue(outcome.output().contains("nowhere does not exist"), outcome.output());
  }

  @Test
  void refusesAnotherVersionAndSaysWhichItWants() throws Exception {
    Path other = folder.resolve("mujoco-3");
    Files.createDirectories(other.resolve("include/mujoco"));
    Files.createDirectories(other.resolve("lib"));
    Files.writeString(other.resolve("include/mujoco/mujoco.h"), "#define mjVERSION_HEADER 300\n");
    Files.writeString(other.resolve("lib/libmujoco.so.3.0.0"), "");
    Outcome outcome = run(List.of(), folder.resolve("target").toString(), other.toString());
    assertNotEquals(0, outcome.status());
    assertTrue(outcome.output().contains("header version 300"), outcome.output());
    assertTrue(outcome.output().contains("written for 222 (2.2.2)"), outcome.output());
    assertTrue(outcome.output().contains("mj_addBufferVFS"), outcome.output());
  }

  @Test
  void refusesAFolderWithoutMujoco() throws Exception {
    Path other = Files.createDirectories(folder.resolve("empty"));
    Outcome outcome = run(List.of(), folder.resolve("target").toString(), other.toString());
    assertNotEquals(0, outcome.status());
    assertTrue(outcome.output().contains("holds no MuJoCo 2.2.2"), outcome.output());
    assertTrue(outcome.output().contains("Other versions are not supported"), outcome.output());
  }

  @Test
  void saysWhatToDoWithoutACompiler() throws Exception {
    List<String> path = List.of(tools("id", "uname", "mkdir").toString());
    Outcome outcome = run(path, folder.resolve("target").toString());
    assertNotEquals(0, outcome.status());
    assertTrue(outcome.output().contains("no C++ compiler"), outcome.output());
    assertTrue(outcome.output().contains("apt-get install g++"), outcome.output());
  }

  /** A folder with nothing but those commands. */
  private Path tools(String... names) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String name : names) {
      Path command = bin.resolve(name);
      Files.writeString(command, "#!/bin/sh\nPATH=/usr/bin:/bin exec " + name + " \"$@\"\n");
      assertTrue(command.toFile().setExecutable(true));
    }
    return bin;
  }
}
