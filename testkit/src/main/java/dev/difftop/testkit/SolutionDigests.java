package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Status;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/**
 * Recorded bits of solutions: one checksum for every solver, problem of a table, number format and
 * number of threads. A change of the arithmetic shows, however small; a change of the code's form
 * alone must not.
 *
 * <p>The records hold for one implementation of {@code Math.sin} and its like. Where the bits of
 * those differ (another processor or Java version) there is nothing to compare, and the test is
 * skipped. {@code -Ddifftop.digests.record=FOLDER} writes what was found there.
 */
public final class SolutionDigests {
  private static final String PLATFORM = "platform";
  private static final int[] THREADS = {1, 2};

  /** A problem with its guess. */
  private record Case(String name, Problem problem, Array guess) {}

  private final Map<String, String> found = new TreeMap<>();

  /** Nothing solved yet. */
  public SolutionDigests() {
    found.put(PLATFORM, platform());
  }

  /** Solves the table. */
  public void solve(String variant, IntFunction<Solver> solver) {
    solve(variant, Integer.MAX_VALUE, solver);
  }

  /**
   * Solves the table.
   *
   * @param variant name of the solver with its settings
   * @param longest problems with a longer horizon are left out
   * @param solver makes the solver for a number of threads
   */
  public void solve(String variant, int longest, IntFunction<Solver> solver) {
    for (int threads : THREADS) {
      try (Solver made = solver.apply(threads)) {
        for (Case each : table(longest)) {
          for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
            Problem problem = Problems.in(each.problem, dtype);
            String key = "%s/%s/%s/%d".formatted(variant, each.name, word(dtype), threads);
            boolean refused = made.refusal(problem.spec()).isPresent();
            found.put(key, refused ? "refused" : digest(made.solve(problem, each.guess)));
          }
        }
      }
    }
  }

  private static String word(DType dtype) {
    return dtype == DType.FLOAT64 ? "float64" : "float32";
  }

  /**
   * Compares with the records, all keys at once.
   *
   * @param owner the class beside which the resource lies
   * @param resource its name
   */
  public void check(Class<?> owner, String resource) {
    record(resource);
    Map<String, String> expected = new TreeMap<>();
    try (InputStream in = owner.getResourceAsStream(resource)) {
      Properties properties = new Properties();
      properties.load(in);
      properties.forEach((key, value) -> expected.put(key.toString(), value.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assumeTrue(
        expected.get(PLATFORM).equals(found.get(PLATFORM)), "recorded where sines have other bits");
    assertEquals(differences(Map.of(), Map.of()), differences(expected, found));
  }

  private void record(String resource) {
    String folder = System.getProperty("difftop.digests.record");
    if (folder == null) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    found.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
    try {
      Files.createDirectories(Path.of(folder));
      Files.writeString(Path.of(folder, resource), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String differences(Map<String, String> expected, Map<String, String> found) {
    List<String> out = new ArrayList<>();
    expected.forEach(
        (key, value) -> {
          if (!value.equals(found.get(key))) {
            out.add(key + ": recorded " + value + ", found " + found.get(key));
          }
        });
    found.keySet().stream()
        .filter(key -> !expected.containsKey(key))
        .forEach(key -> out.add(key + ": not recorded"));
    return out.size() + " differences\n" + String.join("\n", out);
  }

  // ------------------------------------------------------------------ table

  /** Smooth, kinked, constrained and adversarial problems. */
  private static List<Case> table(int longest) {
    List<Case> out = new ArrayList<>();
    LinearQuadratic lq = LinearQuadratic.random(3, 2, 6, 5, 5);
    add(out, "pendulum-box", Problems.pendulum(12, 5, 1.5));
    add(out, "pendulum-open", Problems.pendulum(20, 3, Double.POSITIVE_INFINITY));
    add(out, "pendulum-long", Problems.pendulum(80, 2, 6));
    add(out, "double-integrator", LinearQuadratic.doubleIntegrator(12, 9).problem());
    add(out, "lqr", lq.problem());
    add(out, "lqr-box", lq.problem(DType.FLOAT64, -0.3, 0.2));
    add(out, "kinked", Problems.kinked(3, 0.7));
    add(out, "constrained", Problems.limited(2, 1.1));
    List<ProblemSpec> specs = HardProblems.specs();
    for (int i = 0; i < specs.size(); i++) {
      RandomStream random = RandomStream.root(7).child("digests").child(i);
      HardProblems.Batch hard = HardProblems.draw(specs.get(i), 8, random);
      out.add(new Case("hard-" + i, hard.problem(), hard.guess()));
    }
    out.removeIf(each -> each.problem.spec().horizon() > longest);
    return out;
  }

  private static void add(List<Case> out, String name, Problem problem) {
    out.add(new Case(name, problem, problem.zeroGuess()));
  }

  // ------------------------------------------------------------------ checksums

  private static String digest(Solution solution) {
    CRC32C sum = new CRC32C();
    update(sum, solution.actions().toDoubles());
    update(sum, solution.states().toDoubles());
    update(sum, solution.cost());
    update(sum, solution.stationarity());
    for (int iterations : solution.iterations()) {
      update(sum, iterations);
    }
    for (Status status : solution.status()) {
      sum.update(status.name().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    solution
        .gains()
        .ifPresent(
            gains -> {
              update(sum, gains.feedback().toDoubles());
              update(sum, gains.feedforward().toDoubles());
            });
    solution
        .multipliers()
        .ifPresent(
            multipliers -> {
              update(sum, multipliers.stages().toDoubles());
              update(sum, multipliers.last().toDoubles());
              update(sum, multipliers.violation());
            });
    return Long.toHexString(sum.getValue());
  }

  private static String platform() {
    CRC32C sum = new CRC32C();
    for (int i = -200; i < 200; i++) {
      double x = 0.0371 * i;
      update(sum, Math.sin(x), Math.cos(x), Math.exp(x), Math.tanh(x), Math.log(7.5 + x));
    }
    return Long.toHexString(sum.getValue());
  }

  /** The sign of zero and the bits of NaN are no result. */
  private static void update(CRC32C sum, double... values) {
    byte[] bytes = new byte[8];
    for (double value : values) {
      long bits = Double.doubleToLongBits(value + 0.0);
      for (int i = 0; i < 8; i++) {
        bytes[i] = (byte) (bits >>> (8 * i));
      }
      sum.update(bytes);
    }
  }
}
