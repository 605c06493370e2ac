package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.program.Engine;
import dev.difftop.app.cli.Run;
import dev.difftop.assembly.Assembly;
import dev.difftop.assembly.Choice;
import dev.difftop.assembly.Configurations;
import dev.difftop.assembly.Plugins;
import dev.difftop.learning.model.PlanningAssembly;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A third party's plugin: the sources of {@code examples/plugin-cost}, compiled against the api
 * alone, put into a folder of plugins, chosen by name, and solved with.
 */
final class PluginExampleTest {
  /** What the configuration of this test says. */
  record Steering(
      @Doc("how the state moves") Choice<Dynamics> dynamics,
      @Doc("what is minimised") Choice<Cost> cost,
      @Doc("what solves it") Choice<Solver> solver,
      @Doc("H") @Default("15") int horizon) {}

  private static final String STEERING =
      """
      dynamics: pendulum
      cost:
        plugin: obstacle
        goal: [0, 0]
        obstacle: [1.5, 0]
        height: 2
      solver: gauss-newton
      """;

  @TempDir Path temp;
  private Path plugins;

  @BeforeEach
  void buildAndDropIn() throws IOException {
    Path classes = temp.resolve("classes");
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-Werror", "-Xlint:all", "-d"));
    arguments.add(classes.toString());
    arguments.addAll(List.of("--module-path", locations("dev.difftop.api", "jakarta.inject")));
    arguments.addAll(List.of("--module-version", "1.0.0"));
    try (Stream<Path> files = Files.walk(Path.of("../../examples/plugin-cost/src/main/java"))) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(arguments::add);
    }
    tool("javac", arguments);
    plugins = temp.resolve("plugins");
    Files.createDirectories(plugins.resolve("obstacle"));
    Path jar = plugins.resolve("obstacle/obstacle-cost.jar");
    tool("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
  }

  /** Where modules of this test's own application are, as a path. */
  private static String locations(String... modules) {
    return Stream.of(modules)
        .map(m -> ModuleLayer.boot().configuration().findModule(m).orElseThrow())
        .map(m -> Path.of(m.reference().location().orElseThrow()).toString())
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  private static void tool(String name, List<String> arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments.toArray(String[]::new));
    assertEquals(0, status, () -> name + " said: " + said);
  }

  @Test
  void theCommandLineFindsIt() {
    JsonNode found = Run.of("plugins", "cost", "--json", "--plugins", plugins).good().json();
    assertEquals(0, found.get("refused").size(), found::toString);
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    found.get("plugins").forEach(p -> byName.put(p.get("name").asText(), p));
    JsonNode plugin = byName.get("obstacle");
    assertEquals("acme.cost.obstacle", plugin.get("module").asText());
    assertEquals("1.0.0", plugin.get("version").asText());
    assertEquals("plugins/obstacle", plugin.get("source").asText());
    Run described = Run.of("describe", "cost", "obstacle", "--plugins", plugins).good();
    assertTrue(described.out().contains("width w of the hill"), described::out);
    Run.of("describe", "cost", "obstacle").bad(2, "no cost named \"obstacle\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gauss-newton", "ilqr"})
  void aConfigurationChoosesItByNameAndASolverSolvesWithIt(String solver) {
    Configurations configurations = new Configurations(Plugins.discover(plugins));
    Steering steering =
        configurations
            .parse(Steering.class, STEERING, "steering.yaml", temp, List.of("solver=" + solver))
            .value();
    Assembly assembly = new Assembly(configurations.choose(Engine.class, "nd4j", List.of()));
    PlanningAssembly.Choices choices =
        new PlanningAssembly.Choices(
            Optional.empty(), steering.dynamics(), steering.cost(), steering.horizon(), 1, 0);
    RandomStream random = RandomStream.root(1);
    ProblemSpec spec =
        new PlanningAssembly(assembly, choices, new Shapes(Map.of(), 1, 2), Map.of())
            .assemble(random)
            .spec();
    try (Solver made = PlanningAssembly.solver(assembly, steering.solver(), spec, random)) {
      Solution solution = made.solve(problem(spec));
      assertTrue(solution.status(0).isConverged(), () -> "status " + solution.status(0));
      assertEquals(costByHand(solution), solution.cost(0), 1e-9);
    }
  }

  /** What the plugin's formula makes of the solution. */
  private static double costByHand(Solution solution) {
    double[] x = solution.states().toDoubles();
    double[] u = solution.actions().toDoubles();
    double sum = 0;
    for (int t = 0; t <= u.length; t++) {
      double theta = x[2 * t];
      double omega = x[2 * t + 1];
      sum += 0.5 * (theta * theta + omega * omega);
      sum += 2 * Math.exp(-0.5 * ((theta - 1.5) * (theta - 1.5) + omega * omega));
      sum += t < u.length ? 0.05 * u[t] * u[t] : 0;
    }
    return sum;
  }

  private static Problem problem(ProblemSpec spec) {
    Array low = Array.zeros(DType.FLOAT64, Shape.of(spec.horizon(), 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(spec.horizon(), 1));
    low.fill(-20);
    high.fill(20);
    Map<String, Array> parameters = new LinkedHashMap<>();
    spec.parameters()
        .forEach(
            (name, p) -> {
              Array array = Array.zeros(DType.FLOAT64, p.shape());
              double[] start = p.initializer().values(p.shape(), RandomStream.root(0));
              array.write(0, start, 0, start.length);
              parameters.put(name, array);
            });
    return new Problem(
        spec,
        DType.FLOAT64,
        Array.of(new double[] {0.8, 0}, 1, 2),
        low,
        high,
        Map.of(),
        parameters);
  }
}
