package dev.difftop.assembly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.config.Configuration;
import dev.difftop.api.config.ConfigurationException;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.config.Range;
import dev.difftop.api.config.Violation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** YAML into records. */
final class BindingTest {
  enum Mode {
    EXACT,
    GAUSS_NEWTON
  }

  record Layer(
      @Doc("neurons") @Range(min = 1) int width, @Doc("activation") @Default("elu") String after) {}

  record Everything(
      @Doc("a flag") @Default("false") boolean flag,
      @Doc("iterations") @Range(min = 1, max = 1000) @Default("100") int maxIterations,
      @Doc("a seed") @Default("7") long seed,
      @Doc("a small number") @Range(min = 0, open = true) @Default("1e-8") double tolerance,
      @Doc("a float") @Default("0.5") float rate,
      @Doc("a word") @Default("plain") String word,
      @Doc("a file") @Default("data.hdf5") Path data,
      @Doc("a mode") @Default("exact") Mode mode,
      @Doc("perhaps a number") Optional<Double> maybe,
      @Doc("sizes") @Range(min = 1) @Default("[64, 64]") int[] hidden,
      @Doc("a matrix") @Default("[[1, 0], [0, 1]]") double[][] matrix,
      @Doc("names") @Default("[]") List<String> names,
      @Doc("weights by name") @Default("{}") Map<String, Double> weights,
      @Doc("layers") @Default("[]") List<Layer> layers,
      @Doc("the last layer") @Default("{width: 3}") Layer last) {}

  record Small(@Doc("how many") @Range(min = 0) int count, @Doc("how long") double length) {
    Small {
      if (length < count) {
        throw new IllegalArgumentException("length: found " + length + ", expected at least count");
      }
    }
  }

  private static final Path BASE = Path.of("/experiments");
  private final Configurations configurations =
      new Configurations(new Plugins(List.of(), List.of()));

  private <R extends Record> R bind(Class<R> type, String yaml) {
    return configurations.parse(type, yaml, "a.yaml", BASE, List.of()).value();
  }

  private List<String> faults(Class<? extends Record> type, String yaml) {
    ConfigurationException refused =
        assertThrows(ConfigurationException.class, () -> bind(type, yaml));
    return refused.faults().stream().map(Violation::toString).toList();
  }

  @Test
  void fillsInDefaults() {
    Everything all = bind(Everything.class, "");
    assertEquals(100, all.maxIterations());
    assertEquals(1e-8, all.tolerance());
    assertEquals(0.5f, all.rate());
    assertEquals(Mode.EXACT, all.mode());
    assertEquals(Optional.empty(), all.maybe());
    assertArrayEquals(new int[] {64, 64}, all.hidden());
    assertArrayEquals(new double[] {0, 1}, all.matrix()[1]);
    assertEquals(new Layer(3, "elu"), all.last());
  }

  @Test
  void readsEveryKind() {
    Everything all =
        bind(
            Everything.class,
            """
            flag: true
            max-iterations: 1e3
            seed: 9_000_000_000
            tolerance: 1e-3
            rate: 1e-3
            word: "7"
            data: ../demos/a.hdf5
            mode: gauss-newton
            maybe: -.inf
            hidden: [8]
            matrix:
              - [1, 2, 3]
            names: [a, 5, "yes"]
            weights: {obs/x: 1, "b c": 2.5}
            layers:
              - {width: 1}
              - width: 2
                after: tanh
            last: {width: 4, after: mish}
            """);
    assertTrue(all.flag());
    assertEquals(1000, all.maxIterations());
    assertEquals(9_000_000_000L, all.seed());
    assertEquals(1e-3, all.tolerance());
    assertEquals(1e-3f, all.rate());
    assertEquals("7", all.word());
    assertEquals(Path.of("/demos/a.hdf5"), all.data());
    assertEquals(Mode.GAUSS_NEWTON, all.mode());
    assertEquals(Optional.of(Double.NEGATIVE_INFINITY), all.maybe());
    assertArrayEquals(new int[] {8}, all.hidden());
    assertArrayEquals(new double[] {1, 2, 3}, all.matrix()[0]);
    assertEquals(List.of("a", "5", "yes"), all.names());
    assertEquals(List.of("obs/x", "b c"), List.copyOf(all.weights().keySet()));
    assertEquals(List.of(new Layer(1, "elu"), new Layer(2, "tanh")), all.layers());
    assertEquals(new Layer(4, "mish"), all.last());
  }

  @Test
  void writesWhatReadsBackTheSame() {
    Configuration<Everything> first =
        configurations.parse(
            Everything.class,
            """
            word: "null"
            seed: -5
            rate: 0.1
            tolerance: 123456.789e-12
            maybe: 1e300
            names: ["", "yes", "a: b", "# c", "- d", "tab\\there", "quo\\"te", "[x]", ünï]
            weights: {"a.b": 1, "x: y": 0.1}
            layers: [{width: 2}, {width: 3}]
            """,
            "a.yaml",
            BASE,
            List.of());
    Configuration<Everything> second =
        configurations.parse(
            Everything.class, first.yaml(), "resolved.yaml", Path.of("/elsewhere"), List.of());
    assertEquals(first.yaml(), second.yaml());
    assertEquals(first.value().names(), second.value().names());
    assertEquals(first.value().weights(), second.value().weights());
    assertEquals(first.value().layers(), second.value().layers());
    assertEquals(first.value().data().toAbsolutePath(), second.value().data());
    assertEquals(first.value().tolerance(), second.value().tolerance());
    assertEquals(first.value().rate(), second.value().rate());
    assertEquals("null", second.value().word());
    assertTrue(first.yaml().contains("max-iterations: 100\n"), first.yaml());
  }

  /** A key that had another name. */
  record Renamed(
      @Doc("weight of the actions") @Formerly({"action-price", "price"}) double controlPenalty,
      @Doc("another") @Default("1") int steps) {}

  @Test
  void aFormerNameIsAnsweredWithThePresentOne() {
    assertEquals(
        List.of("a.yaml:1: price: renamed: write control-penalty"),
        faults(Renamed.class, "price: 1\n"));
    assertEquals(
        List.of("a.yaml:1: action-price: renamed: write control-penalty"),
        faults(Renamed.class, "action-price: 1\nsteps: 2\n"));
  }

  @Test
  void reportsEverythingAtOnceWithFileLineAndKey() {
    assertEquals(
        List.of(
            "a.yaml:1: tolerance: found 0, expected above 0, finite",
            "a.yaml:2: max-iteration: unknown key; did you mean max-iterations?",
            "a.yaml:3: hidden[1]: found 0, expected at least 1",
            "a.yaml:3: hidden[2]: found x, expected integer",
            "a.yaml:4: last.width: missing: neurons",
            "a.yaml:6: last.colour: unknown key; there are width, after"),
        faults(
            Everything.class,
            """
            tolerance: 0
            max-iteration: 5
            hidden: [1, 0, x]
            last:
              # nothing is known of this one
              colour: 3
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-iterations: many        | found many, expected integer",
        "max-iterations: 2.5         | found 2.5, expected an integer of 32 bits",
        "max-iterations: 3000000000  | found 3000000000, expected an integer of 32 bits",
        "max-iterations: '\"5\"'     | found the text \"5\", expected integer",
        "max-iterations: 0           | found 0, expected 1 to 1000",
        "max-iterations: [5]         | found a list, expected integer",
        "max-iterations:             | found nothing, expected integer",
        "tolerance: .nan             | found .nan, expected above 0",
        "tolerance: 1e999            | found 1e999, which is too large",
        "tolerance: 0x10             | found 0x10, expected number",
        "rate: 1e39                  | found 1e39, which is too large",
        "flag: yes                   | found yes, expected true or false",
        "mode: gauss_newtn           | expected one of exact, gauss-newton; did you mean"
            + " gauss-newton?",
        "word: {a: b}                | found a section with keys, expected text",
        "word: ~                     | found nothing, expected text",
        "hidden: 64                  | found 64, expected list of integer",
        "weights: [1]                | found a list, expected section of names",
        "weights: {a: b}             | weights.a: found b, expected number",
        "last: 3                     | found 3, expected section",
        "layers: [{width: 1}, 7]     | layers[1]: found 7, expected section",
      })
  void refusesAWrongValue(String yaml, String reason) {
    String text = yaml.replaceAll("^(.*): '(.*)'$", "$1: $2");
    List<String> faults = faults(Everything.class, text);
    assertEquals(1, faults.size(), faults::toString);
    assertTrue(faults.get(0).startsWith("a.yaml:1: "), faults::toString);
    assertTrue(faults.get(0).contains(reason), faults::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1, 2            | a.yaml:1: not readable as YAML",
        "word: a%nword: b    | a.yaml:2: not readable as YAML: the key word stands here a second"
            + " time",
        "word: *nobody       | a.yaml:1: not readable as YAML",
        "hidden: &a [*a]     | an alias stands inside of what it repeats",
        "[1, 2]              | a.yaml:1: found a list, expected keys and their values",
        "just words          | a.yaml:1: found just words, expected keys",
        "a: 1%n---%nb: 2     | not readable as YAML",
        "? [a]%n: b          | a.yaml:1: not readable as YAML: a key is a list",
      })
  void refusesWhatIsNoConfiguration(String yaml, String reason) {
    List<String> faults = faults(Everything.class, yaml.formatted());
    assertEquals(1, faults.size(), faults::toString);
    assertTrue(faults.get(0).contains(reason), faults::toString);
  }

  @Test
  void refusesDepthAndAliasesWithoutBound() {
    assertTrue(
        faults(Everything.class, "hidden: " + "[".repeat(100) + "]".repeat(100))
            .get(0)
            .contains("not readable as YAML"));
    StringBuilder bomb = new StringBuilder("a: &a [x, x]\n");
    for (char c = 'b'; c < 'z'; c++) {
      bomb.append("%c: &%c [*%c, *%c]%n".formatted(c, c, c - 1, c - 1));
    }
    assertTrue(faults(Everything.class, bomb.toString()).get(0).contains("too many aliases"));
  }

  @Test
  void repeatsWhatAnAliasStandsFor() {
    Everything all = bind(Everything.class, "layers: [&one {width: 5}, *one]\nlast: {width: 1}\n");
    assertEquals(List.of(new Layer(5, "elu"), new Layer(5, "elu")), all.layers());
  }

  @Test
  void reportsWhatTheRecordItselfRefuses() {
    assertEquals(
        List.of("a.yaml:1: length: found 1.0, expected at least count"),
        faults(Small.class, "count: 2\nlength: 1"));
  }

  @Test
  void namesMissingKeysWithTheirMeaning() {
    assertEquals(
        List.of("a.yaml: count: missing: how many", "a.yaml: length: missing: how long"),
        faults(Small.class, ""));
  }

  @Test
  void refusesAFileThatCannotBeRead(@org.junit.jupiter.api.io.TempDir Path temp)
      throws java.io.IOException {
    Path missing = temp.resolve("missing.yaml");
    Path binary = java.nio.file.Files.write(temp.resolve("binary.yaml"), new byte[] {(byte) 0xff});
    for (var expected :
        Map.of(missing, "no such file", binary, "UTF-8", temp, "cannot be read").entrySet()) {
      ConfigurationException refused =
          assertThrows(
              ConfigurationException.class,
              () -> configurations.read(Small.class, expected.getKey(), List.of()));
      assertTrue(refused.getMessage().contains(expected.getValue()), refused::getMessage);
      assertTrue(refused.getMessage().contains(expected.getKey().toString()), refused::getMessage);
    }
  }

  @Test
  void describesEveryKey() {
    List<KeyDescription> keys = Schema.of(Everything.class).describeKeys();
    KeyDescription iterations = keys.get(1);
    assertEquals("max-iterations", iterations.key());
    assertEquals("integer", iterations.type());
    assertEquals(Optional.of("100"), iterations.defaultValue());
    assertEquals("1 to 1000", iterations.range());
    assertEquals("iterations", iterations.doc());
    KeyDescription width =
        keys.stream().filter(k -> k.key().equals("layers[].width")).findFirst().orElseThrow();
    assertTrue(width.required());
    assertEquals("at least 1", width.range());
    assertTrue(keys.stream().anyMatch(k -> k.key().equals("last.after")));
    assertTrue(
        keys.stream()
            .anyMatch(k -> k.key().equals("matrix") && k.type().equals("list of list of number")));
  }

  record Looping(@Doc("itself") Optional<Looping> next) {}

  record RangedText(@Doc("a word") @Range(min = 1) String word) {}

  @Test
  void refusesRecordsThatAreNoConfiguration() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Schema.of(Looping.class))
            .getMessage()
            .contains("contains itself"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Schema.of(RangedText.class))
            .getMessage()
            .contains("holds no number"));
  }
}
