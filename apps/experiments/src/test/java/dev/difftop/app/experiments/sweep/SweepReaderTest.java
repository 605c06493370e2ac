package dev.difftop.app.experiments.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepReaderTest {
  @TempDir private Path folder;

  @BeforeEach
  void base() throws IOException {
    Files.writeString(folder.resolve("base.yaml"), "");
  }

  private SweepSpec read(String text) throws IOException {
    Path file = folder.resolve("sweep.yaml");
    Files.writeString(file, text);
    return SweepReader.read(file);
  }

  private List<String> labels(String sweep) throws IOException {
    return Expansion.of(read("base: base.yaml\nsweep:\n" + sweep.indent(2))).stream()
        .map(Variation::label)
        .toList();
  }

  @Test
  void aProductIsEveryCombinationTheLastKeyFastest() throws IOException {
    assertEquals(
        List.of("a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y"),
        labels("product: {a: [1, 2], b: [x, y]}"));
  }

  @Test
  void aZipVariesInStepAndSeveralZipsAreCrossed() throws IOException {
    assertEquals(
        List.of("a=1e-3 b=128", "a=3e-4 b=256"), labels("zip: {a: [1e-3, 3e-4], b: [128, 256]}"));
    assertEquals(
        List.of("a=1 b=2 c=5", "a=1 b=2 c=6", "a=3 b=4 c=5", "a=3 b=4 c=6"),
        labels("zip: [{a: [1, 3], b: [2, 4]}, {c: [5, 6]}]"));
  }

  @Test
  void casesStandBesideTheCombinations() throws IOException {
    assertEquals(
        List.of("none", "deep"), labels("cases: [{name: none, r: 0}, {name: deep, h: 9}]"));
    assertEquals(
        List.of("a=1", "a=2", "none"), labels("product: {a: [1, 2]}\ncases: [{name: none, r: 0}]"));
    SweepSpec spec =
        read(
            "base: base.yaml\nsweep: {cases: [{name: n, solver: {plugin: ilqr, tolerance: 1e-3}}]}");
    assertEquals(
        Map.of("solver.plugin", "ilqr", "solver.tolerance", "1e-3"), spec.cases().get(0).changes());
  }

  @Test
  void exclusionsLeaveOutWhatTheyMatch() throws IOException {
    assertEquals(
        List.of("a=1 b=x", "a=2 b=x", "a=2 b=y"),
        labels("product: {a: [1, 2], b: [x, y]}\nexclude: [{a: 1, b: y}]"));
  }

  @Test
  void withoutVariationTheBaseAloneIsRun() throws IOException {
    assertEquals(List.of("base"), labels("seeds: 3"));
  }

  @Test
  void settingsAreRead() throws IOException {
    SweepSpec spec =
        read(
            """
            extends: base.yaml
            run: {budget: 100, evaluate-every: 50}
            horizon: 4
            sweep:
              seeds: [4, 7]
              pair-by: none
              on-invalid: skip
              on-failure: {retry: 2}
              time-limit: 30m
            """);
    assertEquals(List.of("run.budget=100", "run.evaluate-every=50", "horizon=4"), spec.overrides());
    assertEquals(List.of(4L, 7L), spec.seeds());
    assertEquals(SweepSpec.Pairing.NONE, spec.pairing());
    assertTrue(spec.skipsInvalid());
    assertEquals(new OnFailure(false, 2), spec.onFailure());
    assertEquals(Optional.of(Duration.ofMinutes(30)), spec.timeLimit());
    assertEquals(List.of(folder.resolve("base.yaml").toString()), spec.base());
    assertEquals(
        List.of("preset:td-mpc", folder.resolve("base.yaml").toString()),
        read("extends: [preset:td-mpc, base.yaml]\nsweep: {}").base());
    SweepSpec plain = read("base: base.yaml\nsweep: {seeds: 3}");
    assertEquals(List.of(1L, 2L, 3L), plain.seeds());
    assertEquals(OnFailure.CONTINUE, plain.onFailure());
    assertEquals(OnFailure.STOP, read("base: base.yaml\nsweep: {on-failure: stop}").onFailure());
  }

  @Test
  void everythingThatIsWrongIsReportedAtOnce() {
    String message =
        assertThrows(
                ConfigurationException.class,
                () ->
                    read(
                        """
                        base: nowhere.yaml
                        sweep:
                          produkt: {a: [1]}
                          product: {a: [1, 1], b: 3, run.seed: [1, 2]}
                          zip: {c: [1, 2], d: [1]}
                          cases: [{r: 0}]
                          exclude: [{q: 1}]
                          seeds: [1, 1]
                          pair-by: sed
                          on-failure: never
                          time-limit: soon
                        """))
            .getMessage();
    for (String said :
        List.of(
            "there is no file",
            "did you mean product?",
            "a value stands here a second time",
            "sweep.product.b: expected a list",
            "seeds are varied by seeds",
            "expected as many of each",
            "expected a name",
            "sweep.exclude.q: not varied",
            "expected distinct seeds",
            "found sed, expected one of [seed, none]",
            "expected continue, stop or retry",
            "expected a duration",
            "sweep.yaml:3")) {
      assertTrue(message.contains(said), () -> said + " is not in " + message);
    }
  }

  @Test
  void whatMakesNoSweepIsRefused() throws IOException {
    refused("sweep: {}", "expected either base: CONFIG or extends: CONFIG");
    refused("base: base.yaml", "expected a section");
    refused("[1, 2]", "found no keys");
    refused("base: base.yaml\nbase: base.yaml\nsweep: {}", "a second time");
    refused("base: [", "not readable as YAML");
    refused(
        "base: base.yaml\nsweep: {product: {a: [1]}, zip: {a: [2]}}", "varied in another group");
    SweepSpec all = read("base: base.yaml\nsweep: {product: {a: [1]}, exclude: [{a: 1}]}");
    assertTrue(
        assertThrows(ConfigurationException.class, () -> Expansion.of(all))
            .getMessage()
            .contains("every combination is excluded"));
    SweepSpec twice =
        read("base: base.yaml\nsweep: {product: {a: [1, 2]}, exclude: [{a: 1}, {a: 1}]}");
    assertTrue(
        assertThrows(ConfigurationException.class, () -> Expansion.of(twice))
            .getMessage()
            .contains("matches no combination"));
  }

  private void refused(String text, String said) {
    String message =
        assertThrows(ConfigurationException.class, () -> Expansion.of(read(text))).getMessage();
    assertTrue(message.contains(said), message);
  }

  @Test
  void namesOfFilesAreSafe() {
    assertEquals(
        "1e-3-a-b-0.5",
        new Variation("x=.. y=..", new java.util.TreeMap<>(Map.of("x", "1e-3", "y", "[a/b, 0.5]")))
            .slug());
    assertEquals(
        "ilqr", Variation.of(Map.of("policy.solver", "{plugin: ilqr, tolerance: 1e-3}")).slug());
    assertEquals("no-reward", new Variation("no reward", Map.of("r", "0")).slug());
  }
}
