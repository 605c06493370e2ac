package dev.difftop.app.cli.train;

import dev.difftop.app.cli.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training of a few steps with networks of a few neurons: everything but the quality of a policy.
 */
abstract class TinyTraining {
  static final Path DEMONSTRATIONS =
      Path.of("../../examples/data/cartpole-swingup.hdf5").toAbsolutePath().normalize();

  static final String CONFIG =
      """
      environment: {plugin: mujoco, task: cartpole-swingup, episode-control-steps: 80}
      dataset: {plugin: robomimic, path: %s}
      policy:
        encoder: {plugin: mlp, latent: 4, hidden: [8]}
        dynamics: {plugin: mlp, hidden: [8]}
        cost: {plugin: mlp-residual, hidden: [8], residuals: 4}
        solver: {plugin: gauss-newton, hessian: gauss-newton, max-iterations: 5, tolerance: 1e-3}
        horizon: 3
        control-penalty: 0.1
      learner: {plugin: imitation, batch: 8}
      run: {budget: 12, log-every: 4, evaluation-episodes: 2, checkpoint-every: 5}
      """;

  @TempDir Path temp;
  Path config;
  Path run;

  @BeforeEach
  void writeConfiguration() throws IOException {
    config = Files.writeString(temp.resolve("tiny.yaml"), CONFIG.formatted(DEMONSTRATIONS));
    run = temp.resolve("run");
  }

  final Run train(Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", config, "--out", run));
    words.addAll(Arrays.asList(more));
    return Run.of(words.toArray());
  }

  final String text(String file) throws IOException {
    return Files.readString(run.resolve(file), StandardCharsets.ISO_8859_1);
  }

  /** The rows of the metrics without the last column, the time. */
  final List<String> metrics() throws IOException {
    return text("metrics.csv").lines().map(l -> l.substring(0, l.lastIndexOf(','))).toList();
  }
}
