package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.difftop.app.cli.Run;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Demonstrations at the edge of what can be learned from, and beyond it, for every learner. */
final class ImitationBadInputTest {
  private static final String PLANNER =
      """
      policy:
        encoder: {plugin: mlp, latent: 3, hidden: [4]}
        dynamics: {plugin: mlp, hidden: [4]}
        cost: {plugin: mlp-residual, hidden: [4], residuals: 3%s}
        solver: {plugin: gauss-newton, hessian: gauss-newton, max-iterations: 5, tolerance: 1e-3}
        horizon: 2
        control-penalty: 0.1
      """;

  private static final Map<String, String> LEARNERS =
      Map.of(
          "imitation",
          PLANNER.formatted("") + "learner: {plugin: imitation, batch: 4}\n",
          "cvae",
          PLANNER.formatted(", context: [code]")
              + "learner: {plugin: imitation, batch: 4, code: {size: 2, hidden: [4], points: 3}}\n",
          "refine",
          PLANNER.formatted("") + "learner: {plugin: imitation, batch: 4, base: BASE}\n",
          "residual",
          "learner: {plugin: residual, batch: 4, hidden: [4], base: BASE}\n",
          "behavior-cloning",
          "learner: {plugin: behavior-cloning, batch: 4, hidden: [4]}\n",
          "recurrent-cloning",
          "learner: {plugin: recurrent-cloning, batch: 4, width: 4, layers: 1, sequence: 3}\n",
          "implicit-cloning",
          "learner: {plugin: implicit-cloning, batch: 4, hidden: [4], negatives: 4, samples: 4}\n",
          "diffusion",
          "learner: {plugin: diffusion, batch: 4, width: 4, blocks: 1, steps: 4, inference-steps: 2,"
              + " predict: 4, execute: 2}\n",
          "nearest",
          "learner: {plugin: nearest}\n");

  @TempDir static Path temp;

  static Stream<String> learners() {
    return LEARNERS.keySet().stream().sorted();
  }

  /** A demonstration: rows of observations and of actions. */
  private record Episode(double[][] observed, double[][] actions) {
    static Episode of(int length, double start) {
      double[][] observed = new double[length][];
      double[][] actions = new double[length][];
      for (int t = 0; t < length; t++) {
        observed[t] = new double[] {start + 0.1 * t, 0.2 * start};
        actions[t] = new double[] {0.05 * t - start, 0.3 * Math.sin(t + start)};
      }
      return new Episode(observed, actions);
    }
  }

  private static List<Episode> several(int count, int length) {
    List<Episode> out = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      out.add(Episode.of(length, 0.1 * e));
    }
    return out;
  }

  private static Path write(String name, List<Episode> episodes) {
    Path path = temp.resolve(name + ".hdf5");
    try (H5File file = H5File.create(path);
        H5Group data = file.createGroup("data")) {
      data.setAttribute("total", episodes.stream().mapToInt(e -> e.actions().length).sum());
      for (int e = 0; e < episodes.size(); e++) {
        try (H5Group demo = data.createGroup("demo_" + e);
            H5Group observations = demo.createGroup("obs")) {
          int length = episodes.get(e).actions().length;
          demo.setAttribute("num_samples", length);
          demo.write("actions", flat(episodes.get(e).actions()), length, 2);
          observations.write("o", flat(episodes.get(e).observed()), length, 2);
        }
      }
      file.commit();
    }
    return path;
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  private static Path base;

  @BeforeAll
  static void trainABase() {
    Path data = write("whole", several(5, 8));
    base = temp.resolve("base");
    train("behavior-cloning", data, base).good();
  }

  private static Run train(String learner, Path data, Path run, String... more) {
    try {
      String yaml =
          "dataset: {plugin: robomimic, path: %s}\n%srun: {budget: 3, log-every: 1}\n"
              .formatted(data, LEARNERS.get(learner).replace("BASE", "" + base));
      Path config = Files.writeString(temp.resolve(run.getFileName() + ".yaml"), yaml);
      List<Object> words = new ArrayList<>(List.of("train", config, "--out", run));
      words.addAll(List.of(more));
      return Run.of(words.toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode learned(String learner, String name, List<Episode> data, String... more) {
    Path file = write(learner + "-" + name, data);
    Path run = temp.resolve("run-" + learner + "-" + name);
    train(learner, file, run, more).good();
    return Run.of("evaluate", run, "--offline", file, "--json").good().json();
  }

  @ParameterizedTest
  @MethodSource("learners")
  void oneEpisodeIsLearnedFrom(String learner) {
    JsonNode error = learned(learner, "one", several(1, 8), "learner.validation=0.6");
    assertEquals(8, error.get("rows").asInt());
  }

  /** The second component of the action never changes. */
  @ParameterizedTest
  @MethodSource("learners")
  void aConstantActionIsLearnedFrom(String learner) {
    List<Episode> data = several(5, 8);
    data.forEach(
        e -> {
          for (double[] action : e.actions()) {
            action[1] = 0.25;
          }
        });
    JsonNode error = learned(learner, "constant", data);
    // Networks approach it with training; what searches or remembers has it at once.
    boolean isExact = List.of("implicit-cloning", "nearest").contains(learner);
    assertEquals(0, error.at("/action_error/1").asDouble(), isExact ? 1e-6 : 1, error::toString);
  }

  @ParameterizedTest
  @MethodSource("learners")
  void equalDemonstrationsAreLearnedFrom(String learner) {
    Episode same =
        new Episode(
            new double[][] {{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}},
            new double[][] {{.4, 0}, {.4, 0}, {.4, 0}, {.4, 0}, {.4, 0}});
    JsonNode error = learned(learner, "equal", List.of(same, same, same));
    assertTrue(error.get("mean_action_error").asDouble() < 1, error::toString);
  }

  @ParameterizedTest
  @MethodSource("learners")
  void numbersThatAreNotFiniteAreRefused(String learner) {
    for (String field : List.of("actions", "obs/o")) {
      List<Episode> data = several(4, 8);
      Episode last = data.get(3);
      (field.equals("actions") ? last.actions() : last.observed())[5][1] = Double.NaN;
      String name = "nan-" + learner + field.length();
      Path run = temp.resolve("run-" + name);
      train(learner, write(name, data), run).bad(3, name, "demo_3", field);
      assertTrue(Files.notExists(run));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "imitation; learner.chunk=4; learner.chunk: found 4",
        "imitation; learner.chunk=5; policy.horizon: no demonstration is longer",
        "behavior-cloning; learner.chunk=4; learner.chunk: found 4",
        "behavior-cloning; learner.history=4; learner.history: found 4",
        "implicit-cloning; learner.chunk=4; learner.chunk: found 4",
        "diffusion; learner.predict=6; learner.predict: found 6",
        "nearest; learner.history=4; learner.history: found 4",
        "diffusion; learner.steps=0; steps",
        "behavior-cloning; observations=[smell]; smell"
      })
  void whatDoesNotFitTheEpisodesIsRefused(String learner, String setting, String said) {
    List<Episode> data = new ArrayList<>(several(3, 9));
    data.add(Episode.of(3, 0));
    Path file = write("short-" + learner + setting.hashCode(), data);
    train(learner, file, temp.resolve("run-short"), setting).bad(2, said);
  }

  /** The one episode that is long enough must not be held out. */
  @Test
  void trainingWithoutAWindowIsRefused() {
    Path file = write("late", List.of(Episode.of(2, 0), Episode.of(2, 0.1), Episode.of(9, 0.2)));
    train("imitation", file, temp.resolve("run-late"), "learner.validation=0.3")
        .bad(2, "learner.validation: found 0.3", "the last 1 of 3 demonstrations");
  }

  @ParameterizedTest
  @CsvSource({"refine", "residual"})
  void aBaseThatIsMissingDifferentOrChangedIsRefused(String learner) throws IOException {
    Path data = temp.resolve("whole.hdf5");
    Path none = temp.resolve("no-such-run");
    train(learner, data, temp.resolve("r-none"), "learner.base=" + none).bad(3, "no-such-run");
    train(learner, data, temp.resolve("r-file"), "learner.base=" + data).bad(3, "whole.hdf5");

    Path wide = temp.resolve("wide-base-" + learner);
    Run.of(
            "train",
            Path.of("../../examples/offline/robomimic.yaml"),
            "--out",
            wide,
            "run.budget=1",
            "learner.hidden=[4]")
        .good();
    train(learner, data, temp.resolve("r-wide"), "learner.base=" + wide)
        .bad(2, "wide-base", "observes position");

    Path own = temp.resolve("own-base-" + learner);
    train("behavior-cloning", data, own).good();
    Path refined = temp.resolve("refined-" + learner);
    train(learner, data, refined, "learner.base=" + own).good();
    Run.of("evaluate", refined, "--offline", data).good();
    Path other = temp.resolve("other-base-" + learner);
    train("behavior-cloning", data, other, "run.seed=9").good();
    Files.copy(
        other.resolve("checkpoints/latest.h5"),
        own.resolve("checkpoints/latest.h5"),
        StandardCopyOption.REPLACE_EXISTING);
    Run.of("evaluate", refined, "--offline", data).bad(3, "learner.base", "sha-256");
    Run.of("train", "--resume", refined, "--set", "run.budget=5").bad(3, "learner.base", "sha-256");
  }

  /** An observation that the data has and the environment lacks. */
  @Test
  void anObservationThatTheEnvironmentLacksIsNamed() {
    Path data = temp.resolve("whole.hdf5");
    train(
            "behavior-cloning",
            data,
            temp.resolve("run-smell"),
            "environment={plugin: mujoco, task: reach-around}",
            "observations=[o]")
        .bad(2, "observations: found o", "position");
  }
}
