package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Chosen;
import dev.difftop.api.Cost;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Solver;
import dev.difftop.api.config.Configuration;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.config.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that extend others, presets, merge keys, renamed and short keys, swapped plugins. */
final class ConfigurationFilesTest {
  record Policy(
      @Doc("how the state moves") Chosen<Dynamics> dynamics,
      @Doc("what is minimised") @Default("goal") Chosen<Cost> cost,
      @Doc("what solves it") @Default("short") Chosen<Solver> solver,
      @Doc("rho") @Range(min = 0) @Default("0") @Formerly("action-price") double controlPenalty) {}

  record Settings(
      @Doc("seed") @Default("0") long seed,
      @Doc("how long") @Range(min = 1) @Default("10") int budget,
      @Doc("bounds") @Range(infinite = true) @Default("[-.inf, .inf]") double[] bounds) {}

  record Second(@Doc("seed of the second") @Default("0") long seed) {}

  @Formerly({"dynamics -> policy.dynamics", "learning.steps -> run.budget", "verbose -> "})
  record Spec(
      @Doc("the policy") Policy policy,
      @Doc("the run") @Default("{}") Settings run,
      @Doc("another") @Default("{}") Second second) {}

  record Flat(
      @Doc("how the state moves") Chosen<Dynamics> dynamics,
      @Doc("what solves it") @Default("short") Chosen<Solver> solver,
      @Doc("H") @Range(min = 1) @Default("5") int horizon) {}

  @TempDir static Path shared;
  @TempDir Path temp;
  private static Plugins plugins;

  private final Configurations configurations = new Configurations(plugins);

  @BeforeAll
  static void buildThePlugin() throws IOException {
    plugins = PluginJar.acmeParts(shared);
  }

  private Path write(String name, String text) throws IOException {
    Files.createDirectories(temp.resolve(name).getParent());
    return Files.writeString(temp.resolve(name), text);
  }

  private Configuration<Flat> flat(Path file, String... overrides) {
    return configurations.read(Flat.class, file, List.of(overrides));
  }

  private String refusal(Class<? extends Record> type, Path file, String... overrides) {
    return assertThrows(
            ConfigurationException.class, () -> configurations.read(type, file, List.of(overrides)))
        .getMessage();
  }

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> part + " is not in: " + text);
    }
  }

  @Test
  void mergesAFileOverTheOneItExtends() throws IOException {
    write("base/base.yaml", "dynamics: {plugin: drift, rate: 0.5}\nhorizon: 3\n");
    Path file = write("a.yaml", "extends: base/base.yaml\ndynamics: {wrong: true}\n");
    Configuration<Flat> read = flat(file);
    assertSays(read.yaml(), "rate: 0.5", "wrong: true", "horizon: 3");
    assertTrue(!read.yaml().contains("extends"), read.yaml());
    assertEquals(List.of(), read.notes());
  }

  @Test
  void laterBasesWinOverEarlierOnesAndTheFileOverAll() throws IOException {
    write("one.yaml", "dynamics: drift\nhorizon: 1\nsolver: {plugin: short, longest: 1}\n");
    write("two.yaml", "horizon: 2\nsolver: {longest: 2}\n");
    Path file = write("a.yaml", "extends: [one.yaml, two.yaml]\nsolver: {tolerance: 1e-2}\n");
    assertSays(flat(file).yaml(), "horizon: 2", "longest: 2", "tolerance: 0.01");
    Path own = write("b.yaml", "extends: [one.yaml, two.yaml]\nhorizon: 9\n");
    assertEquals(9, flat(own).value().horizon());
    assertEquals(4, flat(own, "horizon=4").value().horizon());
  }

  @Test
  void errorsNameTheFileThatABadKeyCameFrom() throws IOException {
    write("base.yaml", "dynamics: drift\n\nhorizn: 3\n");
    Path file = write("a.yaml", "extends: base.yaml\nsolver: {plugin: short, longst: 2}\n");
    assertSays(
        refusal(Flat.class, file),
        "base.yaml:3: horizn: unknown key; did you mean horizon?",
        "a.yaml:2: solver.longst: unknown key; did you mean longest?");
  }

  @Test
  void pathsInABaseStartFromItsFolder() throws IOException {
    record Data(@Doc("a file") Path file) {}
    write("base/base.yaml", "file: data/a.hdf5\n");
    Path file = write("a.yaml", "extends: base/base.yaml\n");
    Data data = configurations.read(Data.class, file, List.of()).value();
    assertEquals(temp.resolve("base/data/a.hdf5"), data.file());
  }

  @Test
  void refusesCyclesMissingFilesAndWhatIsNoFile() throws IOException {
    write("b.yaml", "extends: a.yaml\n");
    assertSays(
        refusal(Flat.class, write("a.yaml", "extends: b.yaml\n")),
        "b.yaml:1: extends: extends itself",
        "a.yaml -> ",
        "b.yaml -> ");
    assertSays(
        refusal(Flat.class, write("self.yaml", "extends: ./self.yaml\n")),
        "self.yaml:1: extends: extends itself");
    assertSays(
        refusal(Flat.class, write("c.yaml", "\nextends: gone.yaml\n")),
        "c.yaml:2: extends: there is no such file",
        "gone.yaml");
    assertSays(
        refusal(Flat.class, write("d.yaml", "extends: {a: b}\n")),
        "d.yaml:1: extends: found a section with keys, expected a file or preset:NAME");
  }

  @Test
  void extendsAPresetOfAPlugin() throws IOException {
    Path file =
        write("a.yaml", "extends: preset:slow-drift\nsolver: {plugin: short, longest: 20}\n");
    Configuration<Flat> read = flat(file);
    assertSays(read.yaml(), "rate: 0.01", "horizon: 7", "longest: 20");
    assertEquals(List.of("slow-drift"), plugins.presets().stream().map(p -> p.name()).toList());
    assertSays(
        refusal(Flat.class, write("b.yaml", "extends: preset:slow-drft\n")),
        "b.yaml:1: extends: no preset named \"slow-drft\"; did you mean slow-drift?");
  }

  @Test
  void aBaseWithAnotherPluginGivesTheSettingsThatBothHave() throws IOException {
    write("base.yaml", "dynamics: drift\nsolver: {plugin: short, tolerance: 0.5, longest: 3}\n");
    Configuration<Flat> read = flat(write("a.yaml", "extends: base.yaml\nsolver: wrap\n"));
    assertSays(read.yaml(), "plugin: wrap", "tolerance: 0.5");
    assertEquals(
        List.of("solver=wrap: replaces short, keeps its tolerance, drops its longest"),
        read.notes());
    Configuration<Flat> section =
        flat(write("b.yaml", "extends: base.yaml\nsolver: {plugin: wrap, foreign: true}\n"));
    assertSays(section.yaml(), "plugin: wrap", "tolerance: 0.5", "foreign: true");
  }

  @Test
  void mergesTheSectionsOfAMergeKey() throws IOException {
    Path file =
        write(
            "a.yaml",
            """
            dynamics: &shared {plugin: drift, rate: 0.25, wrong: true}
            solver: {plugin: short, longest: 3}
            """);
    assertSays(flat(file).yaml(), "rate: 0.25");
    Path merged =
        write(
            "b.yaml",
            """
            policy:
              dynamics:
                <<: [&a {rate: 0.25}, {rate: 0.75, wrong: true}]
                plugin: drift
              solver:
                <<: &b {tolerance: 0.5, longest: 3}
                plugin: short
                longest: 4
            """);
    assertSays(
        configurations.read(Spec.class, merged, List.of()).yaml(),
        "rate: 0.25",
        "wrong: true",
        "tolerance: 0.5",
        "longest: 4");
    assertSays(
        refusal(Flat.class, write("c.yaml", "dynamics:\n  plugin: drift\n  <<: 3\n")),
        "c.yaml:3: not readable as YAML: found 3 after <<, expected a section");
    assertSays(
        refusal(Flat.class, write("d.yaml", "dynamics: drift\n\"<<\": {horizon: 3}\n")),
        "<<: unknown key");
  }

  @Test
  void aRenamedKeySaysItsNewName() throws IOException {
    String message =
        refusal(
            Spec.class,
            write(
                "a.yaml",
                """
                policy: {dynamics: drift, action-price: 0.1}
                dynamics: drift
                learning: {steps: 20}
                verbose: true
                """));
    assertEquals(4, message.lines().count(), message);
    assertSays(
        message,
        "a.yaml:1: policy.action-price: renamed: write control-penalty",
        "a.yaml:2: dynamics: renamed: write policy.dynamics",
        "a.yaml:3: learning.steps: renamed: write run.budget",
        "a.yaml:4: verbose: is no longer read");
    assertSays(
        refusal(Spec.class, write("b.yaml", "policy: {dynamics: drift}"), "learning.steps=3"),
        "command line: learning.steps: renamed: write run.budget");
  }

  @Test
  void refusesInfinityWhereARangeIsDeclaredAndAllowsItForBounds() throws IOException {
    Path file = write("a.yaml", "policy: {dynamics: drift}\n");
    assertSays(
        refusal(Spec.class, file, "policy.control-penalty=.inf"),
        "control-penalty: found .inf, expected at least 0, finite");
    assertSays(
        refusal(Spec.class, file, "policy.control-penalty=.nan"), "found .nan", "at least 0");
    assertSays(refusal(Spec.class, file, "run.bounds=[.nan, 1]"), "run.bounds[0]: found .nan");
    double[] bounds =
        configurations
            .read(Spec.class, file, List.of("run.bounds=[-.inf, 2]"))
            .value()
            .run()
            .bounds();
    assertEquals(Double.NEGATIVE_INFINITY, bounds[0]);
  }

  private Spec spec(String... overrides) throws IOException {
    Path file = write("spec.yaml", "policy: {dynamics: {plugin: drift, rate: 0.5}}\n");
    return configurations.read(Spec.class, file, List.of(overrides)).value();
  }

  @Test
  void aShortKeyIsTheShallowestOfItsName() throws IOException {
    Spec spec = spec("budget=3", "rate=0.25", "longest=2", "control-penalty=0.5");
    assertEquals(3, spec.run().budget());
    assertEquals(0.5, spec.policy().controlPenalty());
    assertSays(((Choice<Dynamics>) spec.policy().dynamics()).yaml(), "rate: 0.25");
    assertSays(((Choice<Solver>) spec.policy().solver()).yaml(), "longest: 2");
  }

  @Test
  void aShortKeySwapsAPluginBeforeKeysOfTheNewOneAreSet() throws IOException {
    Spec spec = spec("inner.longest=2", "solver=wrap", "tolerance=0.25");
    assertSays(
        ((Choice<Solver>) spec.policy().solver()).yaml(),
        "plugin: wrap",
        "longest: 2",
        "foreign: false\ntolerance: 0.25");
  }

  @Test
  void anAmbiguousShortKeyIsRefusedWithTheCandidates() throws IOException {
    write("spec.yaml", "policy: {dynamics: drift}\n");
    assertSays(
        refusal(Spec.class, temp.resolve("spec.yaml"), "seed=3"),
        "command line: seed: is short for several keys: run.seed, second.seed; write one of them");
  }

  @Test
  void aSwapKeepsTheSettingsThatBothPluginsHave() throws IOException {
    Path file =
        write("a.yaml", "dynamics: drift\nsolver: {plugin: short, tolerance: 0.5, longest: 3}\n");
    Configuration<Flat> swapped = flat(file, "solver=wrap");
    assertSays(swapped.yaml(), "plugin: wrap", "tolerance: 0.5");
    assertEquals(
        List.of("solver=wrap: replaces short, keeps its tolerance, drops its longest"),
        swapped.notes());
    assertSays(flat(file, "solver=wrap", "solver.tolerance=0.25").yaml(), "tolerance: 0.25");
    assertSays(flat(file, "solver={plugin: wrap}").yaml(), "tolerance: 0.001");
  }
}
