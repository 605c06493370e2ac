package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.PartException;
import dev.difftop.api.PartRefusalException;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What broken parts do is reported with the plugin, the class and the line. */
final class GuardTest {
  private static final RandomStream RANDOM = RandomStream.root(1);

  @TempDir static Path temp;
  private static Plugins plugins;

  private final Configurations configurations = new Configurations(plugins);
  private final Assembly assembly = Assembly.withoutEngine();

  @BeforeAll
  static void buildThePlugins() throws IOException {
    PluginJar.ofFolder(Path.of("src/test/plugins/acme.broken"))
        .writeTo(temp.resolve("plugins/broken/broken.jar"));
    plugins = PluginJar.acmeParts(temp);
  }

  private <T> T broken(Class<T> service, String how) {
    return assembly.make(configurations.choose(service, "broken", List.of("how=" + how)), RANDOM);
  }

  private static void assertSays(Throwable thrown, String... parts) {
    for (String part : parts) {
      assertTrue(
          thrown.getMessage().contains(part), () -> part + " is not in: " + thrown.getMessage());
    }
  }

  /** Two samples, three steps, one action. */
  private Problem problem() {
    Assembly parts = new Assembly(configurations.choose(Engine.class, "idle", List.of()));
    Shapes shapes = new Shapes(Map.of(), 1, 2);
    ProblemSpec spec =
        new ProblemSpec(
            parts.make(configurations.choose(Dynamics.class, "drift", List.of()), shapes, RANDOM),
            parts.make(
                configurations.choose(
                    Cost.class, "goal", List.of("reads-goal=false", "weights=[1, 1]")),
                shapes,
                RANDOM),
            3,
            1,
            0);
    Map<String, Array> parameters = new LinkedHashMap<>();
    spec.parameters().forEach((n, p) -> parameters.put(n, Array.zeros(DType.FLOAT64, p.shape())));
    Array low = Array.zeros(DType.FLOAT64, Shape.of(3, 1));
    return new Problem(
        spec,
        DType.FLOAT64,
        Array.zeros(DType.FLOAT64, Shape.of(2, 2)),
        low,
        low,
        Map.of(),
        parameters);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing    | solve: returned null",
        "long       | solve: actions of the solution have shape (2, 4, 1), expected (2, 3, 1)",
        "nan-cost   | sample 1 is CONVERGED with a cost of NaN",
        "nan-action | sample 0 is CONVERGED with an action of NaN",
        "throws     | solve threw java.lang.UnsupportedOperationException: by order of its configuration"
            + " (acme.broken.BrokenSolver.solve, BrokenSolver.java:",
      })
  void aSolver(String how, String message) {
    PartException thrown =
        assertThrows(PartException.class, () -> broken(Solver.class, how).solve(problem()));
    assertSays(thrown, "solver broken (module acme.broken, plugins/broken): ", message);
    assertEquals("solver broken", thrown.part());
  }

  @Test
  void aRefusalStaysAnIllegalArgument() {
    assertSays(
        assertThrows(
            PartRefusalException.class, () -> broken(Solver.class, "refuses").solve(problem())),
        "solver broken (module acme.broken, plugins/broken): guess: found nothing",
        "BrokenSolver.java:");
  }

  @Test
  void whatDidNotConvergeMayBeAnything() {
    assertDoesNotThrow(() -> broken(Solver.class, "honest").solve(problem()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shape   | observation a is FLOAT64 (3), its spec() states FLOAT64 (2)",
        "dtype   | observation b is FLOAT32 (1), its spec() states FLOAT64 (1)",
        "missing | observes [a], its spec() states [a, b]",
      })
  void anEnvironment(String how, String message) {
    try (Environment environment = broken(Environment.class, how)) {
      assertSays(
          assertThrows(PartException.class, () -> environment.reset(RANDOM)),
          "environment broken (module acme.broken, plugins/broken): reset: ",
          message);
    }
  }

  @Test
  void capabilitiesStayVisibleAndFailuresOfStepsAreReported() {
    Environment environment = broken(Environment.class, "step");
    assertTrue(assertInstanceOf(Environment.Goal.class, environment).success().orElseThrow());
    environment.reset(RANDOM);
    assertSays(
        assertThrows(PartException.class, () -> environment.step(new double[1])),
        "step threw java.lang.ArrayIndexOutOfBoundsException",
        "BrokenEnvironment.step, BrokenEnvironment.java:");
    assertEquals(environment, environment);
  }
}
