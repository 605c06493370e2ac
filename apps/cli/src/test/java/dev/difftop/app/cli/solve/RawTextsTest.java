package dev.difftop.app.cli.solve;

import static dev.difftop.app.cli.OurWords.assertOurWords;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile values for every key of {@code solve}, {@code bench} and problem files: each is accepted
 * or refused in words of our own, never in those of the virtual machine or a library.
 */
final class RawTextsTest {
  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1.5",
          "1e999",
          "NaN",
          "99999999999",
          "9223372036854775808",
          "2147483647",
          "\"\"",
          "\"x\"",
          "[]",
          "[[]]",
          "[0]",
          "{}",
          "null",
          "true");

  private static final String PENDULUM =
      """
      {"problem": "pendulum-box", "H": 2, "dt": 0.05,
       "theta_names": ["g", "m", "l", "q_c", "q_s", "q_w", "r"],
       "theta": [9.81, 1.0, 1.0, 1.0, 1.0, 0.1, 0.01], "umax": 2.0, "umin": -2.0,
       "u_init": [0, 0], "loss_a": [1, 1], "instances": [{"x0": [3.0, 0.0], "u_warm": [0, 0]}]}
      """;

  private static final String LQR =
      """
      {"problem": "lqr", "instances": [{"nx": 1, "nu": 1, "T": 2, "umax": 3, "umin": -3,
        "C": [[[2, 0], [0, 1]], [[2, 0], [0, 1]]], "c": [[0, 0], [0, 0]],
        "F": [[[1, 1]]], "f": [[0]], "x0": [1], "uref": [0]}]}
      """;

  private static final String MLP =
      """
      {"problem": "mlp", "nz": 1, "na": 1, "nh": 1, "H": 1, "gamma": 0.9, "rho": 0.5,
       "weights": {"dyn.W1": [[1, 1]], "dyn.b1": [0], "dyn.W2": [[1]], "dyn.b2": [0],
         "rew.W1": [[1, 1]], "rew.b1": [0], "rew.W2": [[1]], "rew.b2": [0],
         "val.W1": [[1]], "val.b1": [0], "val.W2": [[1]], "val.b2": [0]},
       "z0": [0.5], "loss_w": [1], "a_init": [[0]], "a_warm": [[0]]}
      """;

  @TempDir private static Path folder;

  /** Every key with a value, of every kind of file. */
  static Stream<Arguments> keys() {
    List<Arguments> out = new ArrayList<>();
    for (String text : List.of(PENDULUM, LQR, MLP)) {
      java.util.regex.Matcher key =
          java.util.regex.Pattern.compile("\"([\\w.]+)\": ").matcher(text);
      while (key.find()) {
        out.add(Arguments.of(text, key.group(1), key.end()));
      }
    }
    return out.stream();
  }

  @ParameterizedTest(name = "{1} at {2}")
  @MethodSource("keys")
  void keysOfProblemFiles(String text, String key, int from) throws IOException {
    int to = end(text, from);
    for (String value : VALUES) {
      Path file = folder.resolve("problem.json");
      Files.writeString(file, text.substring(0, from) + value + text.substring(to));
      Run run = Run.of("solve", file, "--adjoint", "none", "--set", "max-iterations=2");
      assertOurWords(run, key + " = " + value);
      assertTrue(
          run.status() == 0 || run.status() == 3 || run.status() == 4,
          () -> key + " = " + value + ": " + run);
      assertTrue(
          run.status() == 0 || run.status() == 4 || run.err().contains("problem.json"),
          () -> key + " = " + value + ": " + run);
    }
  }

  /** The end of the value that begins there. */
  private static int end(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      if (depth < 0 || (depth == 0 && (c == ',' || c == ']' || c == '}'))) {
        return depth == 0 && c != ',' ? i + 1 : i;
      }
    }
    throw new IllegalArgumentException(text.substring(from));
  }

  static Stream<String> options() {
    List<String> out = new ArrayList<>();
    List<String> numbers = List.of("0", "-1", "1.5", "1e999", "NaN", "99999999999", "x", "", "[]");
    for (String value : numbers) {
      for (String setting :
          List.of(
              "max-iterations",
              "tolerance",
              "random-restarts",
              "threads",
              "adjoint.threads",
              "adjoint.steps",
              "adjoint.smoothing",
              "adjoint.perturbation",
              "state-low",
              "state-high",
              "end-components",
              "end-values",
              "penalty")) {
        out.add("solve PROBLEM --set " + setting + "=" + value);
      }
      out.add("bench engine --case=forward~B=1 --seconds=0 --threads=" + value);
      out.add("bench engine --case=forward~B=1 --seconds=" + value);
    }
    for (String setting :
        List.of("x", "=", "=1", "adjoint.", "adjoint.=1", "a=b=c", ".=1", "[=1")) {
      out.add("solve PROBLEM --set " + setting);
    }
    out.addAll(
        List.of(
            "solve PROBLEM --set state-low=[1,2,3]",
            "solve PROBLEM --set end-components=[7] --set end-values=[0]",
            "solve PROBLEM --set end-components=[-1] --set end-values=[0]",
            "solve PROBLEM --set end-components=[0]",
            "solve PROBLEM --set value=min",
            "solve PROBLEM --start=",
            "solve PROBLEM --dtype=",
            "solve PROBLEM --solver=",
            "solve PROBLEM --adjoint=",
            "solve /dev/null",
            "solve /",
            "bench data --case=[",
            "bench ''"));
    return out.stream();
  }

  @ParameterizedTest
  @MethodSource("options")
  void options(String line) throws IOException {
    Path file = Files.writeString(folder.resolve("good.json"), PENDULUM);
    Object[] words =
        Stream.of(line.split(" "))
            .map(w -> w.replace("PROBLEM", file.toString()).replace('~', ' '))
            .toArray();
    assertOurWords(Run.of(words), line);
  }
}
