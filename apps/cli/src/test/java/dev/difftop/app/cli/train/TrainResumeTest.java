package dev.difftop.app.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.PartFactory;
import dev.difftop.app.cli.Child;
import dev.difftop.app.cli.Run;
import dev.difftop.assembly.DiscoveredParts;
import dev.difftop.assembly.Plugins;
import dev.difftop.hdf5.H5File;
import dev.difftop.learning.Metrics;
import dev.difftop.learning.Position;
import dev.difftop.learning.run.ResolvedRun;
import dev.difftop.learning.run.RunSpec;
import dev.difftop.learning.run.Training;
import dev.difftop.learning.run.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that were stopped, killed or changed, and resume. */
final class TrainResumeTest extends TinyTraining {
  @Test
  void refusesToResumeWhatIsNoRun() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Run.of("train", "--resume", empty).bad(3, "empty", "config.yaml");
    Run.of("train", "--resume", temp.resolve("nowhere")).bad(3, "nowhere");
    train("run.evaluation-episodes=0").good();
    Run.of("train", config, "policy.horizon=2", "--resume", run)
        .bad(2, "--resume", "policy.horizon", "only run.budget may change");
    Run.of("train", "--resume", run, "--set", "run.seed=9").bad(2, "run.seed");
    Run.of("train", "--resume", run, "--set", "run.budget=14").good();
    assertTrue(metrics().get(metrics().size() - 1).startsWith("14,"));
  }

  @Test
  void refusesACheckpointOfAnotherModelOrVersion() throws IOException {
    train("run.evaluation-episodes=0").good();
    String yaml = text("config.yaml");
    Files.writeString(run.resolve("config.yaml"), yaml.replace("latent: 4", "latent: 5"));
    Run.of("evaluate", run)
        .bad(2, "does not fit", "encoder/1/weight has shape (4, 8), expected (5, 8)");
    Run.of("train", "--resume", run).bad(2, "parameters/encoder/1/weight has shape (4, 8)");
    Files.writeString(run.resolve("config.yaml"), yaml.replace("method: adam", "method: sgd"));
    Run.of("train", "--resume", run).bad(2, "optimizer of model is adam, expected sgd");
    Files.writeString(
        run.resolve("config.yaml"),
        yaml.replaceFirst(
            "(?s)learner:.*?run:", "learner: {plugin: behavior-cloning, hidden: [8]}\nrun:"));
    Run.of("train", "--resume", run).bad(2, "of learner imitation, expected behavior-cloning");
    Files.writeString(run.resolve("config.yaml"), yaml);
    setVersion("latest.h5", 1);
    setVersion("previous.h5", 1);
    Run.of("evaluate", run).bad(3, "latest.h5", "version 1, expected 3");
    Run.of("train", "--resume", run).bad(3, "latest.h5", "version 1, expected 3");
  }

  /** A damaged checkpoint is reported, and the one before it takes over. */
  @Test
  void fallsBackToThePreviousCheckpoint() throws IOException {
    train("run.evaluation-episodes=0").good();
    byte[] whole = Files.readAllBytes(run.resolve("checkpoints/latest.h5"));
    List<String> rows = metrics();
    Files.write(run.resolve("checkpoints/latest.h5"), Arrays.copyOf(whole, whole.length / 2));
    Run resumed = Run.of("train", "--resume", run).good();
    assertTrue(
        resumed.err().contains("latest.h5 cannot be read; resuming from previous.h5"),
        resumed::err);
    assertEquals(rows, metrics());
    assertArrayEquals(whole, Files.readAllBytes(run.resolve("checkpoints/latest.h5")));
    Files.write(run.resolve("checkpoints/latest.h5"), new byte[10]);
    Files.write(run.resolve("checkpoints/previous.h5"), new byte[10]);
    Run.of("train", "--resume", run).bad(3, "latest.h5");
  }

  /** The data of a resumed run is that of its start. */
  @Test
  void refusesDataThatHasChanged() throws IOException {
    Path copy = Files.copy(DEMONSTRATIONS, temp.resolve("copy.hdf5"));
    train("run.evaluation-episodes=0", "dataset.path=" + copy).good();
    try (H5File file = H5File.edit(copy)) {
      file.setAttribute("note", "changed");
      file.commit();
    }
    Run.of("train", "--resume", run).bad(3, "copy.hdf5", "not the data that this run began with");
    Run.of("train", "--resume", run, "--accept-data").good();
    String manifest = text("manifest.json");
    assertTrue(manifest.contains("changed_data") && manifest.contains("recorded"), manifest);
    Run.of("train", "--resume", run).good();
    Run.of("train", config, "--accept-data").bad(2, "--accept-data goes with --resume");
  }

  /** A folder that another process trains in is refused. */
  @Test
  void aFolderBelongsToOneProcess() throws IOException, InterruptedException {
    try (Child child = new Child(temp, "train", config, "--out", run, "run.budget=1000000")) {
      child.awaitError(said -> said.contains("1/1000000"));
      Run.of("train", "--resume", run).bad(4, "another process");
      child.kill();
    }
    Run.of("train", "--resume", run, "--set", "run.budget=3").good();
  }

  @Test
  void failsWhereItCannotWrite() throws IOException {
    run = Files.writeString(temp.resolve("file"), "no folder").resolve("run");
    train().bad(4, "file");
    run = Path.of("/proc/difftop");
    train().bad(3, "/proc/difftop", "cannot be made");
  }

  private void setVersion(String name, long version) {
    try (H5File file = H5File.edit(run.resolve("checkpoints").resolve(name))) {
      file.setAttribute("version", version);
      file.commit();
    }
  }

  /** Each learns its own numbers; half a run, resumed, gives the same bytes as a whole one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{schedule: constant, averaging: 0.9}",
        "{schedule: constant, method: adamw, weight-decay: 0.1, warm-up: 9}",
        "{schedule: constant, method: sgd, momentum: 0.9, nesterov: true, value-clip: 1e-3}",
        "{schedule: constant, method: sgd, freeze: ['encoder/*']}"
      })
  void everyOptimizerResumesExactly(String optimizer) throws IOException {
    String set = "learner.optimizer=" + optimizer;
    train("run.evaluation-episodes=0", set).good();
    byte[] whole = Files.readAllBytes(run.resolve("checkpoints/latest.h5"));
    run = temp.resolve("halves");
    train("run.evaluation-episodes=0", set, "run.budget=6").good();
    assertFalse(Arrays.equals(whole, Files.readAllBytes(run.resolve("checkpoints/latest.h5"))));
    Run.of("train", "--resume", run, "--set", "run.budget=12").good();
    assertArrayEquals(whole, Files.readAllBytes(run.resolve("checkpoints/latest.h5")));
  }

  /** Killed at random moments and resumed, a run has the bytes of one that was not. */
  @Test
  void survivesKills() throws IOException, InterruptedException {
    int kills = Integer.getInteger("difftop.kills", 2);
    train("run.evaluation-episodes=1", "run.evaluate-every=60", "run.budget=120").good();
    byte[] whole = Files.readAllBytes(run.resolve("checkpoints/latest.h5"));
    byte[] best = Files.readAllBytes(run.resolve("checkpoints/best.h5"));
    List<String> rows = metrics();
    run = temp.resolve("killed");
    Object[] first = {
      "train",
      config,
      "--out",
      run,
      "run.evaluation-episodes=1",
      "run.evaluate-every=60",
      "run.budget=120"
    };
    Random random = new Random(5);
    for (int k = 0; k < kills; k++) {
      Object[] words = k == 0 ? first : new Object[] {"train", "--resume", run};
      try (Child child = new Child(temp, words)) {
        child.awaitError(said -> said.contains("/120"));
        Thread.sleep(random.nextInt(400));
        child.kill();
      }
    }
    Run.of("train", "--resume", run).good();
    assertEquals(rows, metrics());
    assertArrayEquals(whole, Files.readAllBytes(run.resolve("checkpoints/latest.h5")));
    assertArrayEquals(best, Files.readAllBytes(run.resolve("checkpoints/best.h5")));
  }

  /** A run that ends without its last evaluation would count with an earlier return, or none. */
  @Test
  void aRunThatIsStoppedInItsLastEvaluationIsEvaluatedWhenItResumes() throws IOException {
    Run whole = train("--json").good();
    Path stopped = temp.resolve("stopped");
    PartFactory factory = DiscoveredParts.of(Plugins.discover());
    ResolvedRun resolved =
        ResolvedRun.of(factory, factory.configuration(RunSpec.class, config, List.of()));
    try (Training training = new Training(resolved, stopped, factory, note -> {})) {
      boolean[] atEnd = new boolean[1];
      training.listen(
          new TrainingListener() {
            @Override
            public void updated(Position position, Metrics metrics) {
              atEnd[0] = position.isEnd();
            }
          });
      assertTrue(training.begin().run(() -> atEnd[0]).stopped());
    }
    assertFalse(Files.exists(stopped.resolve("evaluation.json")));
    Run resumed = Run.of("train", "--resume", stopped, "--json").good();
    assertEquals(whole.json().at("/policy/returns"), resumed.json().at("/policy/returns"));
    assertEquals(
        text("evaluations.csv").lines().count(),
        Files.readAllLines(stopped.resolve("evaluations.csv")).size());
  }

  @Test
  void anInterruptedRunResumes() throws IOException, InterruptedException {
    try (Child child = new Child(temp, "train", config, "--out", run, "run.budget=1000000")) {
      child.awaitError(said -> said.contains("1/1000000"));
      child.interrupt();
      Run ended = child.end();
      assertEquals(Child.TERMINATED, ended.status(), ended::toString);
      assertTrue(ended.err().contains("train --resume " + run), ended::toString);
      assertEquals("", ended.out());
      String after = ended.err().replaceAll("(?s).*stopped after gradient step (\\d+);.*", "$1");
      long step = Long.parseLong(after);
      assertTrue(step >= 1);

      // It would take long: let it end soon.
      Run resumed =
          Run.of("train", "--resume", run, "--set", "run.budget=" + (step + 3), "--json").good();
      assertEquals(2, resumed.json().at("/policy/episodes").asInt());
      List<String> rows = metrics();
      assertTrue(rows.get(rows.size() - 1).startsWith((step + 3) + ","), rows::toString);
      List<String> steps = rows.stream().map(r -> r.substring(0, r.indexOf(','))).toList();
      assertEquals(steps.size(), Set.copyOf(steps).size(), steps::toString);
    }
  }
}
