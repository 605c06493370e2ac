package dev.difftop.app.cli.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code solve} makes of problem files: nothing in them is ignored. */
final class ProblemFilesTest {
  private static final String PENDULUM =
      """
      {"problem": "pendulum-box", "H": 4, "dt": 0.05,
       "theta_names": ["g", "m", "l", "q_c", "q_s", "q_w", "r"],
       "theta": [9.81, 1.0, 1.0, 1.0, 1.0, 0.1, 0.01],
       "umax": 2.0, "loss_a": [1, 0.5, 0.25, 0.125], "instances": [{"x0": [3.0, 0.0]}]}
      """;

  @TempDir private Path folder;

  private static String fixture(String name) throws IOException {
    try {
      return Files.readString(
          Path.of(ProblemFilesTest.class.getResource("trajopt/" + name + ".json").toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("problem.json"), text);
  }

  private Run solve(String text, Object... more) throws IOException {
    Object[] words = new Object[more.length + 3];
    words[0] = "solve";
    words[1] = file(text);
    words[2] = "--json";
    System.arraycopy(more, 0, words, 3, more.length);
    return Run.of(words);
  }

  private JsonNode first(String text, Object... more) throws IOException {
    return solve(text, more).good().json().get("instances").get(0);
  }

  private static double[] numbers(JsonNode node) {
    double[] out = new double[node.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = node.get(i).asDouble();
    }
    return out;
  }

  // ------------------------------------------------------------------------------ refusals

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"H\": 4 | \"H\": 4.5 | problem.json: H: found 4.5, expected a whole number",
        "\"dt\": 0.05 | \"dt\": -0.05 | problem.json: dt: found -0.05, expected a number above 0",
        "\"dt\": 0.05 | \"dt\": 0.05, \"integrator\": \"rk4\" | integrator: unknown key",
        "\"umax\" | \"u_max\" | u_max: unknown key; did you mean umax?",
        "\"l\", | \"L\", | problem.json: theta_names[2]: found L, did you mean l?",
        "\"l\", | \"m\", | theta_names[2]: found m a second time",
        "\"umax\": 2.0 | \"umax\": 2.0, \"umax\": 0.1 | umax: is given twice",
        "9.81, 1.0, | 9.81, 0.0, | problem.json: theta[1] (m): found 0.0, expected above 0",
        "0.1, 0.01] | -0.1, 0.01] | problem.json: theta[5] (q_w): found -0.1",
        "[3.0, 0.0] | [[3.0, 0.0]] | instances[0].x0: found shape [1][2], expected [nx] = [2]",
        "\"umax\": 2.0 | \"umax\": 2.0, \"umin\": 3 | umin: stage 0, component 0: umin 3 is above",
        "0.125] | 0.125], \"truth\": 1} {} | `more after the end`",
      })
  void namesFileAndKey(String from, String to, String said) throws IOException {
    assertTrue(PENDULUM.contains(from), from);
    Run run = solve(PENDULUM.replace(from, to.replace("} {}", "}")));
    if (to.endsWith("} {}")) {
      run = solve(PENDULUM + "{}");
    }
    run.bad(3, "problem.json", said.replace("`", ""));
    assertTrue(run.json().get("error").get("where").asText().contains("problem.json"));
  }

  @Test
  void refusesNumberFormatsThatNothingIsComputedIn() throws IOException {
    solve(PENDULUM, "--dtype", "uint8").bad(2, "expected one of [float32, float64]");
  }

  // -------------------------------------------------------------------------------- bounds

  @Test
  void oneSidedBoundsAreKept() throws IOException {
    JsonNode free = first(PENDULUM.replace("2.0", "null"));
    assertTrue(Arrays.stream(numbers(free.get("u"))).anyMatch(u -> u < -0.5), free::toString);
    JsonNode low = first(PENDULUM.replace("\"umax\": 2.0", "\"umin\": -0.5"));
    assertTrue(Arrays.stream(numbers(low.get("u"))).allMatch(u -> u >= -0.5), low::toString);
    assertTrue(low.get("grad").get("umin").asDouble() > 0, low::toString);
    JsonNode high = first(PENDULUM.replace("\"umax\": 2.0", "\"umin\": null, \"umax\": -3"));
    assertTrue(Arrays.stream(numbers(high.get("u"))).allMatch(u -> u <= -3), high::toString);
  }

  @Test
  void boundsPerStageAreKeptAndDifferentiated() throws IOException {
    String umin = "\"umin\": [-0.1, -0.2, -0.3, null]";
    JsonNode found = first(PENDULUM.replace("\"umax\": 2.0", umin));
    double[] u = numbers(found.get("u"));
    assertEquals(-0.1, u[0], 1e-12);
    assertEquals(-0.2, u[1], 1e-12);
    assertEquals("converged", found.get("status").asText());
    double[] gradient = numbers(found.get("grad").get("umin"));
    double h = 1e-4;
    double above =
        first(PENDULUM.replace("\"umax\": 2.0", umin.replace("-0.1", "-0.0999")))
            .get("loss")
            .asDouble();
    double below =
        first(PENDULUM.replace("\"umax\": 2.0", umin.replace("-0.1", "-0.1001")))
            .get("loss")
            .asDouble();
    assertEquals((above - below) / (2 * h), gradient[0], 1e-6);
    assertEquals(0, gradient[3], "has no bound");
  }

  @Test
  void boundsPerInstanceAreKept() throws IOException {
    String two = PENDULUM.replace("[{", "[{\"x0\": [3.0, 0.0], \"umax\": 0.5}, {");
    JsonNode found = solve(two).good().json().get("instances");
    double[] own = numbers(found.get(0).get("u"));
    double[] shared = numbers(found.get(1).get("u"));
    assertEquals(0.5, Arrays.stream(own).map(Math::abs).max().orElseThrow(), 1e-12);
    assertTrue(Arrays.stream(shared).map(Math::abs).max().orElseThrow() > 0.6, found::toString);
  }

  @Test
  void linearQuadraticProblemsAndNetworksKeepBounds() throws IOException {
    String lqr = fixture("lqr_small");
    JsonNode box = first(lqr.replaceFirst("\"nx\"", "\"umax\": [0.1, 0.05], \"nx\""));
    assertEquals("converged", box.get("status").asText());
    double largest = 0;
    for (JsonNode u : box.get("u")) {
      assertTrue(Math.abs(u.get(0).asDouble()) <= 0.1, u::toString);
      assertTrue(Math.abs(u.get(1).asDouble()) <= 0.05, u::toString);
      largest = Math.max(largest, Math.abs(u.get(1).asDouble()));
    }
    assertEquals(0.05, largest, 1e-12, "a bound is active");
    assertEquals(2, box.get("grad").get("umax").size());
    String mlp = fixture("mlp_8_2_16");
    JsonNode low = first(mlp.replaceFirst("\"problem\": *\"mlp\"", "$0, \"umin\": -0.1"));
    for (JsonNode u : low.get("u")) {
      assertTrue(u.get(0).asDouble() >= -0.1 && u.get(1).asDouble() >= -0.1, u::toString);
    }
    assertFalse(first(mlp).get("grad").has("umin"), "without bounds");
  }

  // ----------------------------------------------------------------------- starts, adjoints

  @Test
  void startsFromTheActionsThatTheFileStates() throws IOException {
    String init = PENDULUM.replace("\"umax\"", "\"u_init\": [1, 1, 1, 1], \"umax\"");
    Object[] still = {"--set", "max-iterations=1", "--solver", "ilqr", "--adjoint", "none"};
    JsonNode fromInit = first(init, still);
    assertTrue(fromInit.equals(first(init, with(still, "--start", "init"))));
    assertFalse(fromInit.get("u").equals(first(init, with(still, "--start", "zero")).get("u")));
    solve(PENDULUM, "--start", "init").bad(2, "u_init");
  }

  private static Object[] with(Object[] words, Object... more) {
    Object[] out = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, out, words.length, more.length);
    return out;
  }

  @Test
  void canDoWithoutGradients() throws IOException {
    JsonNode answer = solve(PENDULUM, "--adjoint", "none").good().json();
    assertEquals("none", answer.get("adjoint").asText());
    assertTrue(answer.get("time_ms").get("grad").isNull());
    JsonNode instance = answer.get("instances").get(0);
    assertTrue(instance.get("grad").isNull());
    assertTrue(instance.get("loss").isNumber());
    assertEquals(first(PENDULUM).get("u"), instance.get("u"));
  }

  @Test
  void failedSamplesHaveNoLossAndNoGradients() throws IOException {
    String wild = "{\"x0\": [1e200, 1e200]}";
    Run none = solve(PENDULUM.replace("{\"x0\": [3.0, 0.0]}", wild));
    none.bad(4, "1 of 1 samples failed");
    JsonNode failed = none.json().get("instances").get(0);
    assertEquals("not-finite", failed.get("status").asText());
    for (String key : new String[] {"loss", "grad", "cost"}) {
      assertTrue(failed.has(key) && failed.get(key).isNull(), key + " of " + failed);
    }
    Run some = solve(PENDULUM.replace("[{", "[" + wild + ", {")).good();
    assertTrue(some.err().contains("1 of 2 samples failed"), some::toString);
    assertTrue(some.json().get("instances").get(0).get("loss").isNull());
    assertTrue(some.json().get("instances").get(1).get("loss").isNumber());
  }

  /** Without a cost every action is as good as any other: no derivative, and no zeros for one. */
  @Test
  void singularSamplesHaveNoGradients() throws IOException {
    String flat = PENDULUM.replace("1.0, 1.0, 0.1, 0.01]", "0, 0, 0, 0]");
    JsonNode instance = first(flat, "--solver", "ilqr", "--set", "random-restarts=0");
    assertEquals("singular", instance.get("gradient").get("outcome").asText());
    assertTrue(instance.get("grad").isNull(), instance::toString);
    assertTrue(instance.get("loss").isNumber());
  }

  // --------------------------------------------------------------------------------- input

  @ParameterizedTest
  @ValueSource(strings = {"", "\uFEFF"})
  void readsStandardInput(String mark) throws IOException {
    InputStream before = System.in;
    byte[] bytes = (mark + PENDULUM).getBytes(StandardCharsets.UTF_8);
    System.setIn(new ByteArrayInputStream(bytes));
    try {
      JsonNode piped = Run.of("solve", "-", "--json").good().json().get("instances");
      assertEquals(solve(PENDULUM).good().json().get("instances"), piped);
      System.setIn(new ByteArrayInputStream(new byte[0]));
      Run.of("solve", "-").bad(3, "standard input", "is empty");
      byte[] hdf5 = Files.readAllBytes(resource("trajopt/tdmpc_tiny.h5"));
      System.setIn(new ByteArrayInputStream(hdf5));
      Run.of("solve", "-", "--json").good();
    } finally {
      System.setIn(before);
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(ProblemFilesTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void readsAPipeOnce() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.writeString(pipe, PENDULUM);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    writer.start();
    JsonNode piped = Run.of("solve", pipe, "--json").good().json().get("instances");
    writer.join();
    assertEquals(solve(PENDULUM).good().json().get("instances"), piped);
  }

  @Test
  void theSameAnswerHasTheSameKeysInOrder() throws IOException {
    String times = "\"time_ms\":.*";
    Run one = solve(PENDULUM).good();
    Run two = solve(PENDULUM).good();
    assertEquals(one.out().replaceAll(times, ""), two.out().replaceAll(times, ""));
    assertTrue(one.out().matches("(?s).*\"time_ms\":\\{\"solve\":[^,]*,\"grad\":[^,]*}}\\s*"));
  }

  @Test
  void aFolderIsNoProblemFile() {
    Run.of("solve", folder).bad(3, "is a folder");
    Run.of("solve", folder.resolve("none.json")).bad(3, "none.json", "no such file");
  }
}
