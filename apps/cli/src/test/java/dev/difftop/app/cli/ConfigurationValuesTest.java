package dev.difftop.app.cli;

import static dev.difftop.app.cli.OurWords.assertOurWords;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile values for every key of configurations for training: accepted, or refused in words of our
 * own before anything runs. The keys are those of the resolved configurations, so that a new one is
 * covered at once.
 */
final class ConfigurationValuesTest {
  private static final List<String> VALUES = List.of("-1", "1e999", "99999999999", "x", "[]");

  private static final Path DEMONSTRATIONS =
      Path.of("../../examples/data/cartpole-swingup.hdf5").toAbsolutePath().normalize();

  private static final String IMITATION =
      """
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 16}
      dataset: {plugin: robomimic, path: %s}
      policy:
        encoder: {plugin: mlp, latent: 2, hidden: [2]}
        dynamics: {plugin: mlp, hidden: [2]}
        cost: {plugin: mlp-residual, hidden: [2], residuals: 2, context: [code]}
        solver: {plugin: gauss-newton, max-iterations: 5, tolerance: 1e-3}
        horizon: 2
      learner: {plugin: imitation, batch: 2, code: {size: 2, hidden: [2]}}
      run: {budget: 1}
      """
          .formatted(DEMONSTRATIONS);

  private static final String CLONING =
      """
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 16}
      dataset: {plugin: robomimic, path: %s}
      learner: {plugin: diffusion, width: 2, blocks: 1, predict: 2, execute: 1}
      run: {budget: 1}
      """
          .formatted(DEMONSTRATIONS);

  private static final String REINFORCEMENT =
      """
      extends: preset:difftop
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 16}
      policy:
        encoder: {latent: 2, hidden: [2]}
        dynamics: {hidden: [2]}
        cost: {width: 2}
      """;

  @TempDir private static Path folder;

  /** A configuration, one of its keys, a value. */
  record Trial(String file, String key, String value) {}

  private static Path write(String file) throws IOException {
    String text =
        switch (file) {
          case "imitation.yaml" -> IMITATION;
          case "cloning.yaml" -> CLONING;
          default -> REINFORCEMENT;
        };
    return Files.writeString(folder.resolve(file), text);
  }

  static Stream<Trial> trials() throws IOException {
    List<Trial> out = new ArrayList<>();
    Set<String> tried = new HashSet<>();
    for (String file : List.of("imitation.yaml", "cloning.yaml", "reinforcement.yaml")) {
      JsonNode config =
          Run.of("train", write(file), "--dry-run", "--json").good().json().get("config");
      List<String> keys = new ArrayList<>();
      collect("", config, keys);
      // A key that several have is tried once.
      keys.stream()
          .filter(tried::add)
          .forEach(key -> VALUES.forEach(value -> out.add(new Trial(file, key, value))));
    }
    return out.stream();
  }

  private static void collect(String prefix, JsonNode at, List<String> keys) {
    at.fields()
        .forEachRemaining(
            field -> {
              String key = prefix + field.getKey();
              if (field.getValue().isObject()) {
                collect(key + ".", field.getValue(), keys);
              } else {
                keys.add(key);
              }
            });
  }

  @Test
  void keysOfAllSectionsAreTried() throws IOException {
    List<String> keys = trials().map(Trial::key).distinct().toList();
    for (String key :
        List.of(
            "run.budget",
            "dataset.path",
            "policy.solver.tolerance",
            "policy.cost.hidden",
            "learner.code.kl-weight",
            "learner.inference-steps",
            "learner.model.batch",
            "environment.task")) {
      assertTrue(keys.contains(key), () -> key + " is not among " + keys);
    }
  }

  @ParameterizedTest
  @MethodSource("trials")
  void everyKey(Trial trial) throws IOException {
    Run run =
        Run.of(
            "train",
            folder.resolve(trial.file()),
            "--dry-run",
            "--out",
            folder.resolve("out"),
            trial.key() + "=" + trial.value());
    assertOurWords(run, trial.toString());
    assertTrue(
        run.status() == 0 || run.status() == 2 || run.status() == 3, () -> trial + ": " + run);
  }
}
