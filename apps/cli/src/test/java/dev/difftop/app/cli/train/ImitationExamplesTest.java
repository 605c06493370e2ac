package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every file of examples/imitation as it is, its demonstrations collected by the stated command or
 * shipped; budget, batch and numbers of episodes alone are smaller.
 */
final class ImitationExamplesTest {
  private static final Path EXAMPLES =
      Path.of("../../examples/imitation").toAbsolutePath().normalize();

  /** The stated command's output by task. */
  private static final Map<String, String> DEMONSTRATIONS =
      new TreeMap<>(
          Map.of(
              "avoiding", "avoiding",
              "lift", "lift-narrow",
              "push-t", "push-t",
              "reach-around", "reach-around"));

  @TempDir static Path temp;

  private static Path runs() {
    return temp.resolve("runs");
  }

  private static Path example(String file) {
    return temp.resolve("examples/imitation").resolve(file);
  }

  @BeforeAll
  static void collect() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      for (Path file : files.toList()) {
        Path to = example(EXAMPLES.relativize(file).toString());
        Files.createDirectories(to.getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(file, to);
        }
      }
    }
    Path shipped = temp.resolve("examples/data/cartpole-swingup.hdf5");
    Files.createDirectories(shipped.getParent());
    Files.copy(EXAMPLES.resolve("../data").resolve(shipped.getFileName()), shipped);
    DEMONSTRATIONS
        .keySet()
        .forEach(
            task ->
                Run.of(
                        "collect",
                        example(task + "-collect.yaml"),
                        "--out",
                        demonstrations(task),
                        "collection.episodes=3")
                    .good());
  }

  private static Path demonstrations(String task) {
    return runs().resolve(DEMONSTRATIONS.get(task) + ".hdf5");
  }

  /** Trains what is not there yet; every word replaces what the file says. */
  private static Path trained(Path file, String name, String... more) {
    Path run = runs().resolve(name);
    if (!Files.exists(run)) {
      List<Object> words = new ArrayList<>(List.of("train", file, "--out", run));
      words.addAll(List.of("run.budget=2", "run.evaluation-episodes=0"));
      words.addAll(Arrays.asList(more));
      Run.of(words.toArray()).good();
    }
    return run;
  }

  private static Path trained(String name) {
    return trained(example(name + ".yaml"), name, "learner.batch=8");
  }

  /** Bases before what refines them. */
  private static List<String> configurations() throws IOException {
    try (Stream<Path> files = Files.list(example("."))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".yaml") && !f.endsWith("-collect.yaml"))
          .map(f -> f.replace(".yaml", ""))
          .sorted(
              Comparator.comparing((String f) -> f.matches(".*-(refine-.*|residual)"))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyFileIsTrainedAndMeasured() throws IOException {
    List<String> names = configurations();
    assertEquals(50, names.size(), names::toString);
    return names.stream().map(name -> DynamicTest.dynamicTest(name, () -> isMeasured(name)));
  }

  private static void isMeasured(String name) {
    JsonNode acted =
        Run.of(
                "evaluate",
                trained(name),
                "--episodes",
                1,
                "--json",
                "environment.episode-control-steps=10")
            .good()
            .json();
    assertEquals(1, acted.get("returns").size());
  }

  /** One file of every learner; a run that is at its end is resumed to the same bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "behavior-cloning",
        "recurrent-cloning",
        "implicit-cloning",
        "diffusion",
        "imitation",
        "cvae",
        "residual"
      })
  void aFinishedRunIsResumedAndComparedWithItsDemonstrations(String learner) throws IOException {
    trained("reach-around-behavior-cloning");
    Path run = trained("reach-around-" + learner);
    JsonNode compared =
        Run.of("evaluate", run, "--offline", demonstrations("reach-around"), "--json")
            .good()
            .json();
    assertEquals(3, compared.get("episodes").asInt());
    assertEquals(2, compared.get("action_error").size());
    assertTrue(compared.get("mean_action_error").asDouble() > 0, compared::toString);
    Map<String, Integer> before = contents(run.resolve("checkpoints"));
    Run.of("train", "--resume", run).good();
    assertEquals(before, contents(run.resolve("checkpoints")));
  }

  /** Any run is a base, and not a byte of its folder changes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "behavior-cloning",
        "recurrent-cloning",
        "implicit-cloning",
        "diffusion",
        "nearest",
        "imitation",
        "cvae",
        "residual"
      })
  void everyLearnersRunIsRefined(String learner) throws IOException {
    trained("reach-around-behavior-cloning");
    Path base =
        learner.equals("nearest")
            ? trained(
                example("common/reach-around.yaml"), "reach-around-nearest", "learner=nearest")
            : trained("reach-around-" + learner);
    Map<String, Integer> before = contents(base);
    assertTrue(before.containsKey("checkpoints/latest.h5"), before::toString);
    Path refined =
        trained(
            example("reach-around-refine-behavior-cloning.yaml"),
            "refined-" + learner,
            "learner.batch=8",
            "learner.base=" + base);
    Run.of("evaluate", refined, "--episodes", 1, "environment.episode-control-steps=5").good();
    assertEquals(before, contents(base));
  }

  /** Published settings, at another budget and batch; the largest networks are smaller. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "behavior-cloning-robomimic; learner.hidden=[16]",
        "recurrent-cloning-robomimic; learner.width=16",
        "implicit-cloning-published; learner.hidden=[16]",
        "diffusion-unet; learner.channels=[8, 16]",
        "diffusion-mlp; learner.width=128",
        "cvae-paper; learner.code.size=64",
        "cvae-released; learner.code.size=64"
      })
  void everyPresetStarts(String preset, String size) throws IOException {
    Path file =
        Files.writeString(
            example(preset + ".yml"),
            "extends: [preset:%s, common/reach-around.yaml]\n".formatted(preset));
    Path run =
        trained(file, preset, "learner.batch=4", "run.budget=1", "run.evaluate-every=0", size);
    List<String> rows = Files.readAllLines(run.resolve("metrics.csv"));
    assertEquals(2, rows.size(), rows::toString);
    Run.of("evaluate", run, "--episodes", 1, "environment.episode-control-steps=3").good();
  }

  private static Map<String, Integer> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Map<String, Integer> out = new TreeMap<>();
      files
          .filter(Files::isRegularFile)
          .forEach(f -> out.put(folder.relativize(f).toString(), Arrays.hashCode(bytes(f))));
      return out;
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
