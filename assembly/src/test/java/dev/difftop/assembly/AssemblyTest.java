package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Cost;
import dev.difftop.api.DataException;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.PartException;
import dev.difftop.api.PartRefusalException;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.Solver;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.api.program.Engine;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Choosing, making and fitting parts, all of them from a real plugin jar. */
final class AssemblyTest {
  record Run(
      @Doc("how observations become the state") Optional<Choice<Encoder>> encoder,
      @Doc("how the state moves") Choice<Dynamics> dynamics,
      @Doc("what is minimised") @Default("goal") Choice<Cost> cost,
      @Doc("what solves it") @Default("short") Choice<Solver> solver,
      @Doc("H") @Range(min = 1) @Default("5") int horizon) {}

  private static final Shapes OBSERVED =
      new Shapes(Map.of("position", Shape.of(4), "speed", Shape.of(2)), 2, 0);
  private static final RandomStream RANDOM = RandomStream.root(1);

  @TempDir static Path temp;
  private static Plugins plugins;

  private final Configurations configurations = new Configurations(plugins);
  private final Assembly assembly =
      new Assembly(configurations.choose(Engine.class, "idle", List.of()));

  @BeforeAll
  static void buildThePlugin() throws IOException {
    plugins = PluginJar.acmeParts(temp);
  }

  private Configuration<Run> read(String yaml, String... overrides) {
    return configurations.parse(Run.class, yaml, "run.yaml", temp, List.of(overrides));
  }

  private String refusal(String yaml, String... overrides) {
    return assertThrows(ConfigurationException.class, () -> read(yaml, overrides)).getMessage();
  }

  /** Parts of a run, made with what is known of the others. */
  private record Made(Encoder encoder, Dynamics dynamics, Cost cost, Solver solver, int horizon) {
    Optional<String> refusal() {
      return solver.refusal(new ProblemSpec(dynamics, cost, horizon, 0.99, 0));
    }
  }

  private Made make(String yaml, String... overrides) {
    Run run = read(yaml, overrides).value();
    Encoder encoder = assembly.make(run.encoder().orElseThrow(), OBSERVED, RANDOM);
    Shapes shapes = OBSERVED.withStateSize(encoder.stateSize());
    return new Made(
        encoder,
        assembly.make(run.dynamics(), shapes, RANDOM),
        assembly.make(run.cost(), shapes, RANDOM),
        assembly.make(run.solver(), shapes, RANDOM),
        run.horizon());
  }

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> part + " is not in: " + text);
    }
  }

  @Test
  void readsAPluginByNameAloneOrAsASection() {
    Run run = read("dynamics: drift\nsolver: {plugin: short, longest: 3}\n").value();
    assertEquals("drift", run.dynamics().plugin().name());
    assertEquals("goal", run.cost().plugin().name());
    assertTrue(run.solver().configuration().toString().contains("longest=3"));
    assertEquals(Optional.empty(), run.encoder());
  }

  @Test
  void writesTheWholeConfigurationBack() {
    Configuration<Run> run = read("encoder: pick\ndynamics: drift");
    assertEquals(
        """
        encoder:
          plugin: pick
          observation: position
          state-size: 3
          made-size: 3
          makes-goal: true
        dynamics:
          plugin: drift
          rate: 0.1
          wrong: false
        cost:
          plugin: goal
          reads-goal: true
          weights: [1, 1, 1]
        solver:
          plugin: short
          longest: 10
          tolerance: 1e-8
        horizon: 5
        """,
        run.yaml());
    assertEquals(run.yaml(), read(run.yaml()).yaml());
    assertEquals("plugin: short\nlongest: 10\ntolerance: 1e-8\n", run.value().solver().yaml());
    assertEquals(
        Map.of("plugin", "short", "longest", 10L, "tolerance", 1e-8),
        run.value().solver().document());
    assertEquals(
        Map.of("plugin", "goal", "reads-goal", true, "weights", List.of(1L, 1L, 1L)),
        run.document().get("cost"));
  }

  @Test
  void reportsFaultsInsideAndOutsideOfPluginsAtOnce() {
    String message =
        refusal(
            """
            dynamics:
              plugin: drift
              rate: 2
              rat: 1
            cost: gaol
            solver: {longest: 3}
            horizon: 0
            colour: red
            """);
    assertEquals(6, message.lines().count(), message);
    assertSays(
        message,
        "run.yaml:3: dynamics.rate: found 2, expected 0 to 1",
        "run.yaml:4: dynamics.rat: unknown key; did you mean rate?",
        "run.yaml:5: cost: no cost named \"gaol\"; did you mean goal?; found failing, goal",
        "run.yaml:6: solver: names no plugin; add \"plugin: NAME\"; of service solver there are"
            + " short",
        "run.yaml:7: horizon: found 0, expected at least 1",
        "run.yaml:8: colour: unknown key");
  }

  @Test
  void overridesKeysOfPluginsThatTheFileNamesByWordOrNotAtAll() {
    Run run =
        read("dynamics: drift", "dynamics.rate=0.5", "solver.longest=2", "encoder=pick").value();
    assertSays(run.dynamics().yaml(), "rate: 0.5");
    assertSays(run.solver().yaml(), "longest: 2", "tolerance: 1e-8");
    assertEquals("pick", run.encoder().orElseThrow().plugin().name());
  }

  @Test
  void swapsAPluginAndDropsTheKeysOfTheOldOne() {
    String yaml = "dynamics: drift\ncost: {plugin: goal, reads-goal: false}\n";
    Configuration<Run> swapped = read(yaml, "cost.how=null-pointer", "cost=failing");
    assertEquals("plugin: failing\nhow: null-pointer\n", swapped.value().cost().yaml());
    assertEquals(List.of("cost=failing: replaces goal, drops its reads-goal"), swapped.notes());
    Configuration<Run> byKey = read(yaml, "cost.plugin=failing", "cost.how=no-class");
    assertEquals("plugin: failing\nhow: no-class\n", byKey.value().cost().yaml());
  }

  @Test
  void keepsTheKeysWhereTheOverrideNamesTheSamePlugin() {
    Configuration<Run> same =
        read("dynamics: drift\ncost: {plugin: goal, reads-goal: false}\n", "cost=goal");
    assertSays(same.value().cost().yaml(), "reads-goal: false");
    assertEquals(List.of(), same.notes());
  }

  @Test
  void refusesOverridesThatDoNotFit() {
    assertSays(
        refusal(
            "dynamics: drift",
            "horizon",
            "=3",
            "horizon.deep=3",
            "solver.longst=3",
            "solver=ilqr",
            "cost.weights=[1, 2",
            "dynamics.rate=fast",
            "trainer.steps=5"),
        "command line: found \"horizon\", expected key=value",
        "command line: found \"=3\", expected key=value",
        "command line: horizon.deep: horizon has no keys below it",
        "command line: solver: no solver named \"ilqr\"; found short",
        "command line: cost.weights: not readable as YAML",
        "command line: dynamics.rate: found fast, expected number",
        "command line: trainer: unknown key");
    assertSays(
        refusal("dynamics: drift", "solver.longst=3"),
        "command line: solver.longst: unknown key; did you mean longest?");
  }

  @Test
  void givesEveryPartWhatItAsksFor() throws ReflectiveOperationException {
    Made made = make("encoder: pick\ndynamics: drift\n");
    assertEquals(3, made.dynamics().stateSize());
    assertEquals(2, made.dynamics().actionSize());
    assertSame(assembly.engine(), field(made.dynamics(), "engine"));
    RandomStream stream = (RandomStream) field(made.encoder(), "random");
    assertEquals(RANDOM.child("encoder").nextLong(), stream.nextLong());
    assertNotSame(
        made.cost(), make("encoder: pick\ndynamics: drift\n").cost(), "parts are never shared");
  }

  private static Object field(Object guarded, String name) throws ReflectiveOperationException {
    Object part = Guard.unguarded(guarded);
    Field field = part.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(part);
  }

  @Test
  void aPluginMayChooseAnother() {
    String wrapped = "encoder: pick\ndynamics: drift\nsolver: {plugin: wrap, inner: {plugin: short";
    Optional<String> tooLong = Optional.of("a horizon of 5 is too long");
    assertEquals(tooLong, make(wrapped + ", longest: 4}}\n").refusal());
    assertEquals(tooLong, make(wrapped + "}}\n", "solver.inner.longest=3").refusal());
    assertEquals(Optional.empty(), make(wrapped + ", longest: 5}}\n").refusal());
    assertEquals(
        "plugin: wrap\n"
            + "inner:\n"
            + "  plugin: short\n"
            + "  longest: 10\n"
            + "  tolerance: 1e-8\n"
            + "foreign: false\n"
            + "tolerance: 0.001\n",
        read("dynamics: drift\nsolver: wrap\n").value().solver().yaml());
  }

  @Test
  void whatAPluginChoosesIsCheckedWithTheRest() {
    assertSays(
        refusal("dynamics: drift\nsolver: {plugin: wrap, inner: shrt}\nhorizon: 0\n"),
        "run.yaml:2: solver.inner: no solver named \"shrt\"; did you mean short?",
        "run.yaml:3: horizon");
    assertSays(
        assertThrows(
                PartRefusalException.class,
                () -> make("encoder: pick\ndynamics: drift\nsolver: {plugin: wrap, foreign: true}"))
            .getMessage(),
        "solver wrap (module acme.parts",
        "expected a choice that was read from a configuration");
  }

  @Test
  void namesThePluginWhoseConstructorRefuses() {
    PartRefusalException refused =
        assertThrows(
            PartRefusalException.class,
            () -> make("encoder: {plugin: pick, observation: smell}\ndynamics: drift\n"));
    assertSays(
        refused.getMessage(),
        "encoder pick (module acme.parts, plugins/acme): observation: found smell");
  }

  @Test
  void tellsARefusalFromAFailureAndFromABadFile() {
    assertThrows(PartRefusalException.class, () -> makeFailing("illegal-argument"));
    PartException broken = failure("null-pointer");
    assertInstanceOf(NullPointerException.class, broken.getCause());
    assertSays(broken.getMessage(), "cost failing (module acme.parts", "nothing here");
    assertSays(failure("no-class").getMessage(), "NoClassDefFoundError", "acme/Gone");
    DataException bad = assertThrows(DataException.class, () -> makeFailing("bad-file"));
    assertEquals("TRUNCATED", bad.kind());
  }

  private PartException failure(String how) {
    return assertThrows(PartException.class, () -> makeFailing(how));
  }

  private void makeFailing(String how) {
    assembly.make(configurations.choose(Cost.class, "failing", List.of("how=" + how)), RANDOM);
  }

  @Test
  void choosesByNameWithSettings() {
    Choice<Solver> solver = configurations.choose(Solver.class, "short", List.of("longest=4"));
    assertSays(solver.yaml(), "longest: 4");
    assertSays(
        assertThrows(
                ConfigurationException.class,
                () -> configurations.choose(Solver.class, "shrt", List.of()))
            .getMessage(),
        "no solver named \"shrt\"; did you mean short?");
  }

  @Test
  void pathsInAFileStartFromItsFolder() throws IOException {
    record Data(@Doc("a file") Path file, @Doc("another") Path other) {}
    Path yaml = Files.writeString(temp.resolve("data.yaml"), "file: demos/a.hdf5\n");
    Data data = configurations.read(Data.class, yaml, List.of("other=b.hdf5")).value();
    assertEquals(temp.resolve("demos/a.hdf5"), data.file());
    assertEquals(Path.of("b.hdf5"), data.other());
  }
}
