package dev.difftop.data.hdf5;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that runs a class of these tests in a process of its own. */
final class ChildJava {
  private ChildJava() {}

  /**
   * The command.
   *
   * @param options of the virtual machine
   */
  static List<String> command(List<String> options, Class<?> main, Object... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  private static String classPath() throws Exception {
    Path tests = Path.of(ChildJava.class.getResource("ChildJava.class").toURI());
    for (int up = 0; up < 5; up++) {
      tests = tests.getParent();
    }
    return String.join(
        File.pathSeparator,
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"),
        tests.toString());
  }
}
